import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Fault } from '../api/fault'
import { faultText } from '../text/fault'
import { useText } from '../text/language'

/**
 * Draws what a query has read. It says above it, or in its place, that the query is loading,
 * that the platform does not answer and the page tries again by itself, or why it failed.
 */
export function Loaded<T>({ query, children }: { query: Pick<UseQueryResult<T>, 'data' | 'error' | 'isError' | 'isFetching' | 'failureCount' | 'refetch'>; children: (data: T) => ReactNode }) {
  const t = useText()
  return (
    <>
      {query.isError && (
        <div className="notice" role="alert">
          <p>{query.error instanceof Fault ? faultText(query.error, t) : t('fault.defect')}</p>
          <p className="buttons">
            <button type="button" onClick={() => void query.refetch()}>
              {t('ui.tryAgain')}
            </button>
          </p>
        </div>
      )}
      {query.isFetching && query.failureCount > 0 && (
        <div className="notice" role="status">
          <p>{t('fault.away')}</p>
        </div>
      )}
      {query.data !== undefined ? children(query.data) : query.isFetching && query.failureCount === 0 && <p role="status">{t('ui.loading')}</p>}
    </>
  )
}
