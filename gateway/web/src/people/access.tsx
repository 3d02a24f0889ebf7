import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { longEnough, madePassword } from '../account/password'
import { POST, answer } from '../api/client'
import { Fault } from '../api/fault'
import { uuid } from '../api/request-id'
import { faultText } from '../text/fault'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ErrorSummary } from '../ui/error-summary'
import { Field } from '../ui/field'
import { useForm } from '../ui/form'
import { useSay } from '../ui/status'
import { accountQuery } from './directory'
import type { Account } from './directory'
import { Handover } from './handover'

/** Disabling, enabling, and a new password. */
export function Access({ account, own }: { account: Account; own: boolean }) {
  const t = useText()
  const [open, setOpen] = useState<'password' | 'state'>()
  const [handed, setHanded] = useState('')
  const active = account.state === 'ACCOUNT_STATE_ACTIVE'
  if (own) {
    return (
      <p>
        {t('people.ownAccess')} <Link to="/account">{t('account.title')}</Link>
      </p>
    )
  }
  return (
    <>
      {handed !== '' && <Handover account={account} password={handed} />}
      <p className="buttons">
        <button type="button" onClick={() => setOpen('password')}>
          {t('people.reset')}
        </button>
        <button type="button" className={active ? 'danger' : undefined} onClick={() => setOpen('state')}>
          {active ? t('people.disable') : t('people.enable')}
        </button>
      </p>
      {open === 'password' && (
        <ResetPassword
          account={account}
          onClose={() => setOpen(undefined)}
          onReset={(password) => {
            setHanded(password)
            setOpen(undefined)
          }}
        />
      )}
      {open === 'state' && <ChangeState account={account} active={active} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function ChangeState({ account, active, onClose }: { account: Account; active: boolean; onClose: () => void }) {
  const t = useText()
  const say = useSay()
  const queries = useQueryClient()
  const path = { authority: account.authority ?? '', account: account.id ?? '' }
  const [requestId] = useState(uuid)
  const change = useMutation({
    mutationFn: () => {
      const sent = { params: { path }, body: { requestId } }
      return answer(active ? POST('/v1/authorities/{authority}/accounts/{account}:disable', sent) : POST('/v1/authorities/{authority}/accounts/{account}:enable', sent))
    },
    onSuccess: (changed) => {
      queries.setQueryData(accountQuery(path.authority, path.account).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['authorities', path.authority, 'accounts'] })
      onClose()
      say(active ? t('people.disabledNow') : t('people.enabledNow'))
    },
  })
  return (
    <Dialog title={active ? t('people.disableTitle') : t('people.enableTitle')} onClose={onClose}>
      {change.error instanceof Fault && <ErrorSummary problems={[{ text: faultText(change.error, t) }]} />}
      <p>{active ? t('people.disableWhat') : t('people.enableWhat')}</p>
      <p className="buttons">
        <button type="button" className={active ? 'danger' : 'main'} aria-disabled={change.isPending || undefined} onClick={() => change.isPending || change.mutate()}>
          {active ? t('people.disable') : t('people.enable')}
        </button>
        <button type="button" onClick={onClose}>
          {t('ui.cancel')}
        </button>
      </p>
    </Dialog>
  )
}

function ResetPassword({ account, onClose, onReset }: { account: Account; onClose: () => void; onReset: (password: string) => void }) {
  const t = useText()
  const say = useSay()
  const path = { authority: account.authority ?? '', account: account.id ?? '' }
  const form = useForm({
    initial: { password: madePassword() },
    check: (v) => ({ ...(!longEnough(v.password) && { password: t('password.short') }) }),
    send: async (v, requestId) => {
      await answer(POST('/v1/authorities/{authority}/accounts/{account}:resetPassword', { params: { path }, body: { password: v.password, requestId } }))
      onReset(v.password)
      say(t('people.resetDone'))
    },
  })
  return (
    <Dialog title={t('people.reset')} onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        <ErrorSummary problems={form.problems} />
        <p>{t('people.resetWhat')}</p>
        <Field {...form.field('password')} label={t('account.new')} hint={t('password.hint')} autoCapitalize="none" spellCheck={false} />
        <p className="buttons">
          <SubmitButton busy={form.busy}>{t('people.reset')}</SubmitButton>
          <button type="button" onClick={onClose}>
            {t('ui.cancel')}
          </button>
        </p>
      </form>
    </Dialog>
  )
}
