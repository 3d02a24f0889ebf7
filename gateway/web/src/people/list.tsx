import { useInfiniteQuery, useQueries } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { lastDay, showDate, showInstant } from '../text/date'
import { useText } from '../text/language'
import type { Text } from '../text/language'
import { Field, SelectField } from '../ui/field'
import { Loaded } from '../ui/loaded'
import { Page } from '../ui/page'
import { Table } from '../ui/table'
import type { Column } from '../ui/table'
import { State } from './state'
import { agenciesQuery, authoritiesQuery, peopleQuery } from './directory'
import type { Account, Agency, PeopleFilter, RoleBinding } from './directory'
import { roles } from './role'

const route = getRouteApi('/authorities/$authority/people')

interface Row {
  account: Account
  agency: string
  bindings: RoleBinding[]
}

const everybody: PeopleFilter = { query: '', role: '', agency: '', state: '' }

/** What was filtered last, for whoever comes back from one of the people. */
let last = { authority: '', filter: everybody }

export function PeoplePage() {
  const t = useText()
  const { authority } = route.useParams()
  const [agencies, authorities] = useQueries({ queries: [agenciesQuery(authority), authoritiesQuery] })
  const name = authorities.data?.find((a) => a.id === authority)?.name
  return (
    <Page title={t('people.title')}>
      {name && <p className="quiet">{name}</p>}
      <p className="buttons">
        <Link to="/authorities/$authority/people/new" params={{ authority }} className="button main">
          {t('people.new')}
        </Link>
        <Link to="/authorities/$authority/software" params={{ authority }}>
          {t('software.title')}
        </Link>
      </p>
      <People authority={authority} agencies={agencies.data ?? []} />
    </Page>
  )
}

function People({ authority, agencies }: { authority: string; agencies: Agency[] }) {
  const t = useText()
  const [filter, setFilter] = useState(last.authority === authority ? last.filter : everybody)
  const people = useInfiniteQuery(peopleQuery(authority, useSettled(filter)))
  const columns = useMemo(() => columnsOf(authority, t), [authority, t])
  const rows = useMemo(() => (people.data?.pages ?? []).flatMap((p) => join(p.accounts ?? [], p.roleBindings ?? [], agencies)), [people.data, agencies])
  const change = (changed: Partial<PeopleFilter>) => {
    const now = { ...filter, ...changed }
    last = { authority, filter: now }
    setFilter(now)
  }
  const bind = (name: keyof PeopleFilter) => ({ id: `people-${name}`, name, value: filter[name], fault: undefined, onChange: (value: string) => change({ [name]: value }) })
  const filtered = Object.values(filter).some((value) => value !== '')
  return (
    <>
      <div className="filters" role="search">
        <Field {...bind('query')} label={t('people.search')} maxLength={100} />
        <SelectField {...bind('role')} label={t('people.role')} options={[{ id: '', name: t('people.anyRole') }, ...roles.map((r) => ({ id: r, name: t(`role.${r}`) }))]} />
        <SelectField {...bind('agency')} label={t('people.agency')} options={[{ id: '', name: t('people.anyAgency') }, ...agencies.map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))]} />
        <SelectField {...bind('state')} label={t('people.state')} options={[{ id: '', name: t('people.anyState') }, { id: 'ACCOUNT_STATE_ACTIVE', name: t('people.active') }, { id: 'ACCOUNT_STATE_DISABLED', name: t('people.disabled') }]} />
      </div>
      <Loaded query={people}>
        {() => (
          <>
            <p role="status" className="quiet">
              {rows.length > 0 && (people.hasNextPage ? t('people.foundFirst', { n: rows.length }) : t('people.found', { n: rows.length }))}{' '}
              {filtered && (
                <button type="button" className="link no-print" onClick={() => change(everybody)}>
                  {t('people.showAll')}
                </button>
              )}
            </p>
            {rows.length === 0 ? (
              <p>{filtered ? t('people.nobodyFound') : t('people.none')}</p>
            ) : (
              <Table caption={t('people.title')} columns={columns} rows={rows} id={(r) => r.account.id ?? ''} cards />
            )}
            {people.hasNextPage && (
              <p className="buttons no-print">
                <button type="button" aria-disabled={people.isFetching || undefined} onClick={() => people.isFetching || void people.fetchNextPage()}>
                  {t('people.more')}
                </button>
              </p>
            )}
          </>
        )}
      </Loaded>
    </>
  )
}

/** Returns a filter after a quarter of a second without typing, so that not every letter asks the platform. */
function useSettled(filter: PeopleFilter): PeopleFilter {
  const [settled, setSettled] = useState(filter)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filter), 250)
    return () => clearTimeout(timer)
  }, [filter])
  return settled
}

function join(accounts: Account[], bindings: RoleBinding[], agencies: Agency[]): Row[] {
  return accounts.map((account) => ({
    account,
    agency: account.agency ? (agencies.find((a) => a.id === account.agency)?.name ?? account.agency) : '',
    bindings: bindings.filter((b) => b.account === account.id),
  }))
}

const columnsOf = (authority: string, t: Text): Column<Row>[] => [
  {
    id: 'name',
    label: t('people.name'),
    text: (r) => r.account.displayName ?? '',
    cell: (r) => (
      <Link to="/authorities/$authority/people/$account" params={{ authority, account: r.account.id ?? '' }}>
        {r.account.displayName}
      </Link>
    ),
  },
  { id: 'login', label: t('people.login'), text: (r) => r.account.login ?? '' },
  { id: 'agency', label: t('people.agency'), text: (r) => r.agency },
  {
    id: 'roles',
    label: t('people.roles'),
    text: (r) => r.bindings.map((b) => roleText(b, t)).join('; '),
    cell: (r) =>
      r.bindings.length > 0 && (
        <ul>
          {r.bindings.map((b) => (
            <li key={b.id}>{roleText(b, t)}</li>
          ))}
        </ul>
      ),
  },
  {
    id: 'login-time',
    label: t('people.lastLogin'),
    text: (r) => (r.account.lastLoginTime ? showInstant(r.account.lastLoginTime) : t('people.neverLoggedIn')),
  },
  {
    id: 'state',
    label: t('people.state'),
    text: (r) => (r.account.state === 'ACCOUNT_STATE_ACTIVE' ? t('people.active') : t('people.disabled')),
    cell: (r) => <State account={r.account} />,
  },
]

function roleText(b: RoleBinding, t: Text): string {
  const role = t(`role.${b.role ?? 'ROLE_UNSPECIFIED'}`)
  return b.endTime ? `${role} (${t('people.until', { date: showDate(lastDay(b.endTime)) })})` : role
}
