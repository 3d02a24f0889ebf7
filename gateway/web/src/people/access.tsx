import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { longEnough, madePassword } from '../account/password'
import { POST, answer } from '../api/client'
import { useText } from '../text/language'
import { ActDialog } from '../ui/act-dialog'
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
  const queries = useQueryClient()
  const path = { authority: account.authority ?? '', account: account.id ?? '' }
  return (
    <ActDialog
      title={active ? t('people.disableTitle') : t('people.enableTitle')}
      label={active ? t('people.disable') : t('people.enable')}
      look={active ? 'danger' : 'main'}
      act={async (requestId) => {
        const sent = { params: { path }, body: { requestId } }
        const changed = await answer(active ? POST('/v1/authorities/{authority}/accounts/{account}:disable', sent) : POST('/v1/authorities/{authority}/accounts/{account}:enable', sent))
        queries.setQueryData(accountQuery(path.authority, path.account).queryKey, changed)
        void queries.invalidateQueries({ queryKey: ['authorities', path.authority, 'accounts'] })
      }}
      said={active ? t('people.disabledNow') : t('people.enabledNow')}
      onClose={onClose}
    >
      {active ? t('people.disableWhat') : t('people.enableWhat')}
    </ActDialog>
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
