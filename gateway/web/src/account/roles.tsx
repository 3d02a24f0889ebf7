import { useQueries } from '@tanstack/react-query'
import { agenciesQuery, authoritiesQuery } from '../people/directory'
import { lastDay, showDate } from '../text/date'
import { useText } from '../text/language'
import type { Binding } from './me'

/** The roles of the person, each with where and how long it is valid. */
export function Roles({ bindings }: { bindings: readonly Binding[] }) {
  const t = useText()
  const scopes = [...new Set(bindings.map((b) => b.authority ?? '').filter(Boolean))]
  const names = useQueries({
    queries: [authoritiesQuery, ...scopes.map(agenciesQuery)],
    combine: (read) => new Map(read.flatMap((q) => (q.data ?? []).map((e) => [`${'authority' in e ? `${e.authority}/` : ''}${e.id}`, e.name ?? '']))),
  })
  if (bindings.length === 0) return <p>{t('account.noRoles')}</p>
  return (
    <ul>
      {bindings.map((b) => (
        <li key={`${b.role} ${b.authority} ${b.agency}`}>
          <strong>{t(`role.${b.role ?? 'ROLE_UNSPECIFIED'}`)}</strong>
          {' – '}
          {b.authority ? (b.agency ? `${names.get(`${b.authority}/${b.agency}`) ?? b.agency}, ` : '') + (names.get(b.authority) ?? b.authority) : t('people.everywhere')}
          {Number(b.endSeconds ?? 0) > 0 && `, ${t('people.until', { date: showDate(lastDay(new Date(Number(b.endSeconds) * 1000).toISOString())) })}`}
        </li>
      ))}
    </ul>
  )
}
