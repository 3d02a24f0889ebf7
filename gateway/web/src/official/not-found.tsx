import { Link } from '@tanstack/react-router'
import { useText } from '../text/language'
import { Page } from '../ui/page'

export function NotFound() {
  const t = useText()
  return (
    <Page title={t('shell.notFound')}>
      <p>{t('shell.notFoundWhat')}</p>
      <p>
        <Link to="/">{t('start.title')}</Link>
      </p>
    </Page>
  )
}
