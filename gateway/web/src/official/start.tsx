import { Link } from '@tanstack/react-router'
import { has, useMe } from '../account/me'
import { Roles } from '../account/roles'
import { Due } from '../due/due'
import { useText } from '../text/language'
import { Page } from '../ui/page'

/** Where everybody begins: the own roles, and the pages that there are for them. */
export function StartPage() {
  const t = useText()
  const me = useMe()
  return (
    <Page title={t('start.title')} heading={t('start.hello', { name: me.account?.displayName ?? '' })}>
      <h2>{t('due.title')}</h2>
      <Due />
      <h2>{t('start.roles')}</h2>
      <Roles bindings={me.bindings ?? []} />
      <h2>{t('start.pages')}</h2>
      <ul className="rows">
        {has(me, 'ROLE_ADMINISTRATOR') && (
          <li>
            <Link to="/people">{t('people.title')}</Link>
            <span className="quiet">{t('start.people')}</span>
          </li>
        )}
        <li>
          <Link to="/account">{t('account.title')}</Link>
          <span className="quiet">{t('start.account')}</span>
        </li>
        <li>
          <a href="/">{t('start.results')}</a>
          <span className="quiet">{t('start.resultsWhat')}</span>
        </li>
      </ul>
      <p className="quiet">{t('start.notYet')}</p>
    </Page>
  )
}
