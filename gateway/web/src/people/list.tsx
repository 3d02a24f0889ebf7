import { useQueries } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { lastDay, showDate } from '../text/date'
import { finds } from '../text/fold'
import { useText } from '../text/language'
import type { Text } from '../text/language'
import { Field, SelectField } from '../ui/field'
import { Loaded } from '../ui/loaded'
import { Page } from '../ui/page'
import { Table } from '../ui/table'
import type { Column } from '../ui/table'
import { State } from './state'
import { accountsQuery, agenciesQuery, authoritiesQuery, bindingsQuery } from './directory'
import type { Account, Agency, RoleBinding } from './directory'
import { roles } from './role'

const route = getRouteApi('/authorities/$authority/people')

interface Row {
  account: Account
  agency: string
  bindings: RoleBinding[]
}

const everybody = { query: '', role: '', agency: '', state: '' }

/** What was filtered last, for whoever comes back from one of the people. */
let last = { authority: '', filter: everybody }

export function PeoplePage() {
  const t = useText()
  const { authority } = route.useParams()
  const [accounts, bindings, agencies, authorities] = useQueries({
    queries: [accountsQuery(authority), bindingsQuery(authority), agenciesQuery(authority), authoritiesQuery],
  })
  const name = authorities.data?.find((a) => a.id === authority)?.name
  const rows = useMemo(() => join(accounts.data ?? [], bindings.data ?? [], agencies.data ?? []), [accounts.data, bindings.data, agencies.data])
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
      <Loaded query={accounts}>{() => <Loaded query={bindings}>{() => <People authority={authority} rows={rows} agencies={agencies.data ?? []} />}</Loaded>}</Loaded>
    </Page>
  )
}

function join(accounts: Account[], bindings: RoleBinding[], agencies: Agency[]): Row[] {
  const names = new Map(agencies.map((a) => [a.id, a.name ?? '']))
  const held = grouped(bindings)
  return accounts.map((account) => ({
    account,
    agency: account.agency ? (names.get(account.agency) ?? account.agency) : '',
    bindings: held.get(account.id) ?? [],
  }))
}

function People({ authority, rows, agencies }: { authority: string; rows: Row[]; agencies: Agency[] }) {
  const t = useText()
  const [filter, setFilter] = useState(last.authority === authority ? last.filter : everybody)
  const columns = useMemo(() => columnsOf(authority, t), [authority, t])
  const change = (changed: Partial<typeof everybody>) => {
    const now = { ...filter, ...changed }
    last = { authority, filter: now }
    setFilter(now)
  }
  const found = useMemo(() => rows.filter((row) => matches(row, filter)), [rows, filter])
  const bind = (name: keyof typeof everybody) => ({ id: `people-${name}`, name, value: filter[name], fault: undefined, onChange: (value: string) => change({ [name]: value }) })
  if (rows.length === 0) return <p>{t('people.none')}</p>
  return (
    <>
      <div className="filters" role="search">
        <Field {...bind('query')} label={t('people.search')} />
        <SelectField {...bind('role')} label={t('people.role')} options={[{ id: '', name: t('people.anyRole') }, ...roles.map((r) => ({ id: r, name: t(`role.${r}`) })), { id: 'none', name: t('people.noRole') }]} />
        <SelectField {...bind('agency')} label={t('people.agency')} options={[{ id: '', name: t('people.anyAgency') }, ...agencies.map((a) => ({ id: a.id ?? '', name: a.name ?? '' }))]} />
        <SelectField {...bind('state')} label={t('people.state')} options={[{ id: '', name: t('people.anyState') }, { id: 'ACCOUNT_STATE_ACTIVE', name: t('people.active') }, { id: 'ACCOUNT_STATE_DISABLED', name: t('people.disabled') }]} />
      </div>
      <p role="status" className="quiet">
        {t('people.found', { n: found.length, all: rows.length })}{' '}
        {found.length < rows.length && (
          <button type="button" className="link no-print" onClick={() => change(everybody)}>
            {t('people.showAll')}
          </button>
        )}
      </p>
      {found.length === 0 ? <p>{t('people.nobodyFound')}</p> : <Table caption={t('people.title')} columns={columns} rows={found} id={(r) => r.account.id ?? ''} cards />}
    </>
  )
}

function matches({ account, agency, bindings }: Row, filter: typeof everybody): boolean {
  return (
    finds(`${account.displayName} ${account.login} ${agency}`, filter.query) &&
    (filter.role === '' || (filter.role === 'none' ? bindings.length === 0 : bindings.some((b) => b.role === filter.role))) &&
    (filter.agency === '' || account.agency === filter.agency || bindings.some((b) => b.agency === filter.agency)) &&
    (filter.state === '' || account.state === filter.state)
  )
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

function grouped(bindings: RoleBinding[]): Map<string | undefined, RoleBinding[]> {
  const groups = new Map<string | undefined, RoleBinding[]>()
  for (const b of bindings) groups.set(b.account, [...(groups.get(b.account) ?? []), b])
  return groups
}
