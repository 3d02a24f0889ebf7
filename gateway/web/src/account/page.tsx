import { POST, answer } from '../api/client'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { ErrorSummary } from '../ui/error-summary'
import { PasswordField } from '../ui/field'
import { useForm } from '../ui/form'
import { Page } from '../ui/page'
import { useSay } from '../ui/status'
import { useMe } from './me'
import { longEnough } from './password'
import { Roles } from './roles'
import { Sessions } from './sessions'

/** The person's own account. */
export function AccountPage() {
  const t = useText()
  const me = useMe()
  return (
    <Page title={t('account.title')}>
      <dl className="facts">
        <dt>{t('people.name')}</dt>
        <dd>{me.account?.displayName}</dd>
        <dt>{t('people.login')}</dt>
        <dd>{me.account?.login}</dd>
      </dl>
      <h2>{t('account.roles')}</h2>
      <Roles bindings={me.bindings ?? []} />
      <h2>{t('account.password')}</h2>
      <ChangePassword />
      <h2>{t('account.sessions')}</h2>
      <Sessions />
    </Page>
  )
}

function ChangePassword() {
  const t = useText()
  const say = useSay()
  const form = useForm({
    initial: { currentPassword: '', newPassword: '' },
    check: (v) => ({
      ...(v.currentPassword === '' && { currentPassword: t('account.currentNeeded') }),
      ...(!longEnough(v.newPassword) && { newPassword: t('password.short') }),
    }),
    send: async (v) => {
      await answer(POST('/v1/me:changePassword', { body: v }))
      form.set({ currentPassword: '', newPassword: '' })
      say(t('account.changed'))
    },
    reasons: { LOGIN_REJECTED: 'currentPassword', LOGIN_LOCKED: 'currentPassword' },
  })
  return (
    <form onSubmit={form.submit} noValidate>
      <ErrorSummary problems={form.problems} />
      <p>{t('account.othersEnd')}</p>
      <PasswordField {...form.field('currentPassword')} label={t('account.current')} autoComplete="current-password" />
      <PasswordField {...form.field('newPassword')} label={t('account.new')} hint={t('password.hint')} autoComplete="new-password" />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('account.change')}</SubmitButton>
      </p>
    </form>
  )
}
