import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { UNSAFE_PortalProvider as PortalProvider } from 'react-aria/PortalProvider'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { has, meQuery } from '../account/me'
import type { Me } from '../account/me'
import { SignInDialog, SignInPage } from '../account/sign-in'
import { onOtherTab, tellOtherTabs } from '../account/tabs'
import { DELETE, answer } from '../api/client'
import { Fault } from '../api/fault'
import { isWaiting, onWaiting } from '../api/session'
import { faultText } from '../text/fault'
import { useLanguage, useText } from '../text/language'
import { Loaded } from '../ui/loaded'
import { Status, StatusProvider } from '../ui/status'

/** Dialogs and lists are drawn inside the main part, so that nothing lies outside the landmarks. */
const main = () => document.getElementById('main')

/** The shell around every page. While nobody is signed in the sign-in stands in its place. */
export function App() {
  const t = useText()
  const me = useQuery(meQuery)
  const { pathname } = useLocation()
  useOtherTabs(me.data)
  return (
    <StatusProvider>
      <PortalProvider getContainer={main}>
        <a className="skip" href="#main">
          {t('shell.skip')}
        </a>
        <Head me={me.data ?? null} />
        {me.data && <Navigation me={me.data} />}
        <main id="main" className="wide" tabIndex={-1}>
          <Status />
          {/* The parts that pages are made of need nobody to be signed in. */}
          {pathname.endsWith('/ui') ? <Outlet /> : <Loaded query={me}>{(data) => (data ? <Outlet /> : <SignInPage />)}</Loaded>}
        </main>
        <Foot />
        {me.data && <SessionOver me={me.data} />}
      </PortalProvider>
    </StatusProvider>
  )
}

function Head({ me }: { me: Me | null }) {
  const t = useText()
  return (
    <header className="head">
      <div className="wide">
        <Link to="/" className="name">
          {t('shell.name')}
        </Link>
        <div className="who">
          {me && (
            <>
              <Link to="/account">{me.account?.displayName}</Link>
              <SignOut />
            </>
          )}
          <Languages />
        </div>
      </div>
    </header>
  )
}

function Languages() {
  const { language, choose } = useLanguage()
  return (
    <div className="languages" role="group" aria-label="Ngôn ngữ / Language">
      <button type="button" lang="vi" aria-pressed={language === 'vi'} onClick={() => choose('vi')}>
        Tiếng Việt
      </button>
      <button type="button" lang="en" aria-pressed={language === 'en'} onClick={() => choose('en')}>
        English
      </button>
    </div>
  )
}

function SignOut() {
  const t = useText()
  const [fault, setFault] = useState('')
  return (
    <>
      {fault !== '' && <span role="alert">{fault}</span>}
      <button
        type="button"
        onClick={async () => {
          try {
            await answer(DELETE('/v1/sessions/current'))
          } catch (err) {
            if (!(err instanceof Fault)) throw err
            return setFault(faultText(err, t))
          }
          tellOtherTabs()
          // What this person has read must not stay for the next one.
          location.assign('/official/')
        }}
      >
        {t('shell.signOut')}
      </button>
    </>
  )
}

function Navigation({ me }: { me: Me }) {
  const t = useText()
  const { pathname } = useLocation()
  const current = (here: boolean) => (here ? ('page' as const) : undefined)
  return (
    <nav className="nav" aria-label={t('shell.navigation')}>
      <div className="wide">
        <ul>
          <li>
            <Link to="/" aria-current={current(pathname === '/')}>
              {t('start.title')}
            </Link>
          </li>
          {has(me, 'ROLE_ADMINISTRATOR') && (
            <li>
              <Link to="/people" aria-current={current(pathname.includes('/people') || pathname.includes('/software'))}>
                {t('people.title')}
              </Link>
            </li>
          )}
        </ul>
      </div>
    </nav>
  )
}

function Foot() {
  const t = useText()
  return (
    <footer className="foot">
      <div className="wide">
        <ul>
          <li>
            <a href="/">{t('start.results')}</a>
          </li>
          <li>
            <a href="/openapi/">{t('shell.api')}</a>
          </li>
        </ul>
      </div>
    </footer>
  )
}

/** The dialog that asks to sign in again, while requests wait for it. */
function SessionOver({ me }: { me: Me }) {
  const waiting = useSyncExternalStore(onWaiting, isWaiting)
  if (!waiting) return null
  return <SignInDialog account={me.account?.id ?? ''} login={me.account?.login ?? ''} />
}

/** Loads the page anew if in another tab somebody else has signed in: the cookies are theirs now. */
function useOtherTabs(me: Me | null | undefined): void {
  const queries = useQueryClient()
  const seen = useRef<string>(undefined)
  useEffect(() => onOtherTab(() => void queries.invalidateQueries({ queryKey: meQuery.queryKey })), [queries])
  useEffect(() => {
    const now = me?.account?.id
    if (seen.current && now && seen.current !== now) location.reload()
    if (now) seen.current = now
  }, [me])
}
