import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { GET, POST, answer } from '../api/client'
import type { Message } from '../api/client'
import { Fault } from '../api/fault'
import { showInstant } from '../text/date'
import { faultText } from '../text/fault'
import { useText } from '../text/language'
import { ErrorSummary } from '../ui/error-summary'
import { Loaded } from '../ui/loaded'
import { useSay } from '../ui/status'

type OwnSession = Message['parindex.identity.v1.OwnSession']

const queryKey = ['me', 'sessions']

/** Where the person is signed in, each with a button that ends it; this one ends by signing out. */
export function Sessions() {
  const query = useQuery({ queryKey, queryFn: async () => (await answer(GET('/v1/me/sessions'))).sessions ?? [] })
  return <Loaded query={query}>{(sessions) => <List sessions={sessions} />}</Loaded>
}

function List({ sessions }: { sessions: OwnSession[] }) {
  const t = useText()
  const say = useSay()
  const queries = useQueryClient()
  const others = sessions.filter((s) => !s.current)
  const end = useMutation({
    mutationFn: (ended: OwnSession[]) =>
      Promise.all(ended.map((s) => answer(POST('/v1/me/sessions/{session}:end', { params: { path: { session: s.id ?? '' } }, body: {} })))),
    onSuccess: (ended) => say(t('account.sessionsEnded', { n: ended.length })),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  })
  return (
    <>
      {end.error instanceof Fault && <ErrorSummary problems={[{ text: faultText(end.error, t) }]} />}
      <table className="cards">
        <caption className="spoken">{t('account.sessions')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('account.device')}</th>
            <th scope="col">{t('account.signedIn')}</th>
            <th scope="col">{t('account.lastUse')}</th>
            <th scope="col" className="no-print">
              <span className="spoken">{t('people.action')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((s) => (
            <tr key={s.id}>
              <th scope="row">{s.device || t('account.unknownDevice')}</th>
              <td data-label={t('account.signedIn')}>{s.createTime && showInstant(s.createTime)}</td>
              <td data-label={t('account.lastUse')}>{s.current ? t('account.thisSession') : s.lastUseTime && showInstant(s.lastUseTime)}</td>
              <td className="no-print">
                {!s.current && (
                  <button type="button" className="link" aria-disabled={end.isPending || undefined} onClick={() => end.isPending || end.mutate([s])}>
                    {t('account.endSession')}
                    <span className="spoken"> {s.device || t('account.unknownDevice')}</span>
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.length > 1 && (
        <p className="buttons no-print">
          <button type="button" aria-disabled={end.isPending || undefined} onClick={() => end.isPending || end.mutate(others)}>
            {t('account.endOthers')}
          </button>
        </p>
      )}
      <p className="quiet">{t('account.sessionsWhat')}</p>
    </>
  )
}
