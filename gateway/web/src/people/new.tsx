import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { longEnough, madePassword } from '../account/password'
import { POST, answer } from '../api/client'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Combobox } from '../ui/combobox'
import { ErrorSummary } from '../ui/error-summary'
import { Field } from '../ui/field'
import { useForm } from '../ui/form'
import { Page } from '../ui/page'
import { agenciesQuery } from './directory'
import type { Account } from './directory'
import { BackToPeople } from './back'
import { Handover } from './handover'

const route = getRouteApi('/authorities/$authority/people/new')

/** Makes an account and then shows once what the person needs to sign in. */
export function NewAccountPage() {
  const t = useText()
  const { authority } = route.useParams()
  const [made, setMade] = useState<{ account: Account; password: string }>()
  const back = <BackToPeople authority={authority} />
  if (!made) {
    return (
      <Page key="form" title={t('people.new')} back={back}>
        <NewAccountForm authority={authority} onMade={(account, password) => setMade({ account, password })} />
      </Page>
    )
  }
  return (
    <Page key="made" title={t('people.made')} back={back}>
      <Handover account={made.account} password={made.password} />
      <p className="buttons">
        <Link to="/authorities/$authority/people/$account" params={{ authority, account: made.account.id ?? '' }} className="button main">
          {t('people.giveRoles')}
        </Link>
      </p>
    </Page>
  )
}

function NewAccountForm({ authority, onMade }: { authority: string; onMade: (account: Account, password: string) => void }) {
  const t = useText()
  const queries = useQueryClient()
  const agencies = useQuery(agenciesQuery(authority))
  const form = useForm({
    initial: { displayName: '', login: '', agency: '', password: madePassword() },
    check: (v) => ({
      ...(v.displayName.trim() === '' && { displayName: t('people.nameNeeded') }),
      ...(!/^[a-z0-9][a-z0-9._@-]{2,99}$/.test(v.login) && { login: t('people.loginNeeded') }),
      ...(!longEnough(v.password) && { password: t('password.short') }),
    }),
    send: async (v, requestId) => {
      const account = await answer(POST('/v1/authorities/{authority}/accounts', { params: { path: { authority } }, body: { ...v, requestId } }))
      await queries.invalidateQueries({ queryKey: ['authorities', authority, 'accounts'] })
      onMade(account, v.password)
    },
    reasons: { LOGIN_TAKEN: 'login' },
  })
  return (
    <form onSubmit={form.submit} noValidate>
      <ErrorSummary problems={form.problems} />
      <Field {...form.field('displayName')} label={t('people.name')} />
      <Field {...form.field('login')} label={t('people.login')} hint={t('people.loginHint')} autoCapitalize="none" spellCheck={false} />
      <Combobox {...form.field('agency')} label={t('people.agency')} hint={t('people.agencyHint')} optional options={(agencies.data ?? []).map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))} />
      <Field {...form.field('password')} label={t('people.firstPassword')} hint={t('people.firstPasswordHint')} autoCapitalize="none" spellCheck={false} />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('people.make')}</SubmitButton>
      </p>
    </form>
  )
}
