import { useText } from '../text/language'
import type { Account } from './directory'

/** What the person needs to sign in, to be printed or copied. It is shown once and kept nowhere. */
export function Handover({ account, password }: { account: Account; password: string }) {
  const t = useText()
  return (
    <>
      <p>{t('people.handover')}</p>
      <dl className="facts">
        <dt>{t('people.name')}</dt>
        <dd>{account.displayName}</dd>
        <dt>{t('people.address')}</dt>
        <dd>
          <code>{`${location.origin}/official/`}</code>
        </dd>
        <dt>{t('people.login')}</dt>
        <dd>
          <code>{account.login}</code>
        </dd>
        <dt>{t('signIn.password')}</dt>
        <dd>
          <code>{password}</code>
        </dd>
      </dl>
      <p>{t('people.changeFirst')}</p>
      <p className="buttons">
        <button type="button" onClick={() => window.print()}>
          {t('ui.print')}
        </button>
      </p>
    </>
  )
}
