import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../account/me'
import { PATCH, answer } from '../api/client'
import { Fault } from '../api/fault'
import { showInstant } from '../text/date'
import { useText } from '../text/language'
import { SubmitButton } from '../ui/button'
import { Combobox } from '../ui/combobox'
import { ErrorSummary } from '../ui/error-summary'
import { Field } from '../ui/field'
import { useForm } from '../ui/form'
import { Loaded } from '../ui/loaded'
import { Page } from '../ui/page'
import { useSay } from '../ui/status'
import { Access } from './access'
import { BackToPeople } from './back'
import { accountQuery, agenciesQuery } from './directory'
import type { Account, Agency } from './directory'
import { PersonRoles } from './person-roles'
import { State } from './state'

const route = getRouteApi('/authorities/$authority/people/$account')

/** One account: its name and agency, its roles, and whether and how the person signs in. */
export function PersonPage() {
  const t = useText()
  const { authority, account: id } = route.useParams()
  const account = useQuery(accountQuery(authority, id))
  const agencies = useQuery(agenciesQuery(authority))
  return (
    <Page
      title={t('people.one')}
      heading={account.data?.displayName ?? t('people.one')}
      back={<BackToPeople authority={authority} />}
    >
      <Loaded query={account}>{(a) => <Person account={a} agencies={agencies.data ?? []} />}</Loaded>
    </Page>
  )
}

function Person({ account, agencies }: { account: Account; agencies: Agency[] }) {
  const t = useText()
  const me = useMe()
  const own = me.account?.id === account.id
  return (
    <>
      <dl className="facts">
        <dt>{t('people.login')}</dt>
        <dd>{account.login}</dd>
        <dt>{t('people.agency')}</dt>
        <dd>{account.agency ? (agencies.find((a) => a.id === account.agency)?.name ?? account.agency) : t('people.noAgency')}</dd>
        <dt>{t('people.state')}</dt>
        <dd>
          <State account={account} />
        </dd>
        <dt>{t('people.created')}</dt>
        <dd>{account.createTime && showInstant(account.createTime)}</dd>
        <dt>{t('people.lastLogin')}</dt>
        <dd>{account.lastLoginTime ? showInstant(account.lastLoginTime) : t('people.neverLoggedIn')}</dd>
      </dl>
      <h2>{t('people.roles')}</h2>
      <PersonRoles account={account} agencies={agencies} own={own} />
      <h2 className="no-print">{t('people.access')}</h2>
      <Access account={account} own={own} />
      <h2 className="no-print">{t('people.edit')}</h2>
      <EditForm account={account} agencies={agencies} />
    </>
  )
}

function EditForm({ account, agencies }: { account: Account; agencies: Agency[] }) {
  const t = useText()
  const say = useSay()
  const queries = useQueryClient()
  const authority = account.authority ?? ''
  const id = account.id ?? ''
  // What the person began with. Only the fields that differ from it are written.
  const [read, setRead] = useState(account)
  const [others, setOthers] = useState<Account>()
  const form = useForm({
    initial: { displayName: account.displayName ?? '', agency: account.agency ?? '' },
    check: (v) => ({ ...(v.displayName.trim() === '' && { displayName: t('people.nameNeeded') }) }),
    send: async (v, requestId) => {
      const changed = (['displayName', 'agency'] as const).filter((name) => v[name] !== (read[name] ?? ''))
      if (changed.length === 0) return say(t('people.unchanged'))
      const body = { ...Object.fromEntries(changed.map((name) => [name, v[name]])), updateMask: changed.join(','), etag: read.etag ?? '', requestId }
      try {
        const saved = await answer(PATCH('/v1/authorities/{authority}/accounts/{account}', { params: { path: { authority, account: id } }, body }))
        setRead(saved)
        setOthers(undefined)
        queries.setQueryData(accountQuery(authority, id).queryKey, saved)
        void queries.invalidateQueries({ queryKey: accountQuery(authority, id).queryKey.slice(0, 3) })
        say(t('people.saved'))
      } catch (err) {
        if (!(err instanceof Fault) || err.reason !== 'STALE_ETAG') throw err
        const present = await queries.fetchQuery({ ...accountQuery(authority, id), staleTime: 0 })
        setRead(present)
        setOthers(present)
        throw new Fault('STALE_ETAG', err.status, t('people.stale'))
      }
    },
  })
  return (
    <form onSubmit={form.submit} noValidate className="no-print">
      <ErrorSummary problems={form.problems} />
      {others && <Theirs account={others} agencies={agencies} />}
      <Field {...form.field('displayName')} label={t('people.name')} />
      <Combobox {...form.field('agency')} label={t('people.agency')} optional options={agencies.map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))} />
      <p className="buttons">
        <SubmitButton busy={form.busy}>{t('ui.save')}</SubmitButton>
      </p>
    </form>
  )
}

/** What somebody else has saved meanwhile, beside what stands in the fields. */
function Theirs({ account, agencies }: { account: Account; agencies: Agency[] }) {
  const t = useText()
  return (
    <div className="notice">
      <p>{t('people.theirs')}</p>
      <dl className="facts">
        <dt>{t('people.name')}</dt>
        <dd>{account.displayName}</dd>
        <dt>{t('people.agency')}</dt>
        <dd>{account.agency ? (agencies.find((a) => a.id === account.agency)?.name ?? account.agency) : t('people.noAgency')}</dd>
      </dl>
    </div>
  )
}
