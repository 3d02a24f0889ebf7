import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { has, useMe } from '../account/me'
import { useText } from '../text/language'
import { Loaded } from '../ui/loaded'
import { Page } from '../ui/page'
import { authoritiesQuery } from './directory'

/** Leads to the people of the one authority that the person administers, or lists them. */
export function ChooseAuthority() {
  const t = useText()
  const me = useMe()
  const query = useQuery(authoritiesQuery)
  return (
    <Loaded query={query}>
      {(authorities) => {
        const mine = authorities.filter((a) => has(me, 'ROLE_ADMINISTRATOR', a.id))
        if (mine.length === 1) return <Navigate to="/authorities/$authority/people" params={{ authority: mine[0]!.id ?? '' }} replace />
        return (
          <Page title={t('people.title')}>
            {mine.length === 0 && <p>{t('people.noAuthority')}</p>}
            <ul className="rows">
              {mine.map((a) => (
                <li key={a.id}>
                  <Link to="/authorities/$authority/people" params={{ authority: a.id ?? '' }}>
                    {a.name}
                  </Link>
                </li>
              ))}
            </ul>
          </Page>
        )
      }}
    </Loaded>
  )
}
