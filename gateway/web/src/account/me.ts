import { queryOptions, useQuery } from '@tanstack/react-query'
import { GET, answer } from '../api/client'
import type { Message } from '../api/client'
import { Fault } from '../api/fault'
import { holdSession } from '../api/session'

export type Me = Message['parindex.identity.v1.GetMeResponse']
export type Role = Message['parindex.auth.v1.Role']
export type Binding = Message['parindex.auth.v1.Binding']

const signedOut = new Set(['TOKEN_MISSING', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'SESSION_ENDED'])

/** The person who is signed in; null if nobody is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await answer(GET('/v1/me'))
      holdSession(true)
      return me
    } catch (err) {
      if (!(err instanceof Fault) || !signedOut.has(err.reason)) throw err
      holdSession(false)
      return null
    }
  },
})

/** The person who is signed in, on pages that are drawn only for one. */
export function useMe(): Me {
  const { data } = useQuery(meQuery)
  if (!data) throw new Error('this page is drawn only for somebody who is signed in')
  return data
}

/** Whether the person has the role for the authority, or for every one. */
export function has(me: Me, role: Role, authority?: string): boolean {
  return (me.bindings ?? []).some((b) => b.role === role && (authority === undefined || !b.authority || b.authority === authority))
}
