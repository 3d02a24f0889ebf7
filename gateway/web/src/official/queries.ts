import { QueryClient } from '@tanstack/react-query'
import { Fault } from '../api/fault'

const away = new Set([0, 502, 503, 504])

/** What is read is asked for again until the platform answers; refusals are final. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (_, err) => err instanceof Fault && away.has(err.status),
      retryDelay: (n) => Math.min(500 * 2 ** n, 5_000),
      networkMode: 'always',
      staleTime: 5_000,
    },
    mutations: { networkMode: 'always' },
  },
})
