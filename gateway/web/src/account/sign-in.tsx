import { useQueryClient } from '@tanstack/react-query'
import { GET, POST, answer } from '../api/client'
import { continueSession } from '../api/session'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { ErrorSummary } from '../ui/error-summary'
import { Field, PasswordField } from '../ui/field'
import { useForm } from '../ui/form'
import { Page } from '../ui/page'
import { meQuery } from './me'
import { tellOtherTabs } from './tabs'

function SignInForm({ login = '', onDone }: { login?: string; onDone: () => Promise<unknown> }) {
  const t = useText()
  const form = useForm({
    initial: { login, password: '' },
    check: (v) => ({
      ...(v.login.trim() === '' && { login: t('signIn.loginNeeded') }),
      ...(v.password === '' && { password: t('signIn.passwordNeeded') }),
    }),
    send: async (v) => {
      await answer(POST('/v1/sessions', { body: { login: v.login.trim(), password: v.password } }))
      await onDone()
    },
    reasons: { LOGIN_REJECTED: 'password', LOGIN_LOCKED: 'password', TOO_MANY_LOGINS: 'password' },
  })
  return (
    <form onSubmit={form.submit} noValidate>
      <ErrorSummary problems={form.problems} />
      <Field {...form.field('login')} label={t('signIn.login')} autoComplete="username" autoCapitalize="none" spellCheck={false} />
      <PasswordField {...form.field('password')} label={t('signIn.password')} autoComplete="current-password" />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('signIn.submit')}</SubmitButton>
      </p>
    </form>
  )
}

/** The page that stands at every address while nobody is signed in; the address stays. */
export function SignInPage() {
  const t = useText()
  const queries = useQueryClient()
  return (
    <Page title={t('signIn.title')}>
      <SignInForm
        onDone={async () => {
          tellOtherTabs()
          await queries.fetchQuery({ ...meQuery, staleTime: 0 })
        }}
      />
      <h2>{t('signIn.troubleTitle')}</h2>
      <p>{t('signIn.trouble')}</p>
    </Page>
  )
}

/**
 * The dialog over a page whose session has ended. What was typed below it stays, and the
 * request that was refused goes out again after the same person has signed in.
 */
export function SignInDialog({ account, login }: { account: string; login: string }) {
  const t = useText()
  const queries = useQueryClient()
  return (
    <Dialog title={t('signIn.againTitle')}>
      <p>{t('signIn.again')}</p>
      <SignInForm
        login={login}
        onDone={async () => {
          const me = await answer(GET('/v1/me'))
          // What another person typed is not sent under this name.
          if (me.account?.id !== account) return location.reload()
          tellOtherTabs()
          continueSession(true)
        }}
      />
      <p>
        <button
          type="button"
          className="link"
          onClick={() => {
            continueSession(false)
            queries.clear()
            queries.setQueryData(meQuery.queryKey, null)
          }}
        >
          {t('signIn.leave')}
        </button>
      </p>
    </Dialog>
  )
}
