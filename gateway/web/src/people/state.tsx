import { useText } from '../text/language'
import type { Account, ServiceAccount } from './directory'

/** Whether an account may sign in, in words and by a mark. */
export function State({ account }: { account: Account | ServiceAccount }) {
  const t = useText()
  const active = account.state === 'ACCOUNT_STATE_ACTIVE'
  return <span className={`state ${active ? 'on' : 'off'}`}>{active ? t('people.active') : t('people.disabled')}</span>
}
