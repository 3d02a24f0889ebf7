import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { GET, all, answer, pageSize } from '../api/client'
import type { Message } from '../api/client'
import type { Role } from '../account/me'

export type Account = Message['parindex.identity.v1.Account']
export type RoleBinding = Message['parindex.identity.v1.RoleBinding']
export type ServiceAccount = Message['parindex.identity.v1.ServiceAccount']
export type Agency = Message['parindex.catalog.v1.Agency']

export const authoritiesQuery = queryOptions({
  queryKey: ['authorities'],
  queryFn: () =>
    all(async (pageToken) => {
      const read = await answer(GET('/v1/authorities', { params: { query: { pageSize, pageToken } } }))
      return { entries: read.authorities, next: read.nextPageToken }
    }),
  staleTime: 300_000,
})

export const agenciesQuery = (authority: string) =>
  queryOptions({
    queryKey: ['authorities', authority, 'agencies'],
    queryFn: () =>
      all(async (pageToken) => {
        const read = await answer(GET('/v1/authorities/{authority}/agencies', { params: { path: { authority }, query: { pageSize, pageToken } } }))
        return { entries: read.agencies, next: read.nextPageToken }
      }),
    staleTime: 300_000,
  })

/** What people are looked for by; empty: any. */
export interface PeopleFilter {
  query: string
  role: Role | ''
  agency: string
  state: NonNullable<Account['state']> | ''
}

/** The accounts that a filter finds, page by page, with the roles that are valid now. */
export const peopleQuery = (authority: string, { query, role, agency, state }: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: ['authorities', authority, 'accounts', { query, role, agency, state }],
    queryFn: ({ pageParam }) =>
      answer(
        GET('/v1/authorities/{authority}/accounts', {
          params: { path: { authority }, query: { pageSize, pageToken: pageParam, query, agency, ...(role && { role }), ...(state && { state }) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextPageToken || undefined,
    placeholderData: keepPreviousData,
  })

export const accountQuery = (authority: string, account: string) =>
  queryOptions({
    queryKey: ['authorities', authority, 'accounts', account],
    queryFn: () => answer(GET('/v1/authorities/{authority}/accounts/{account}', { params: { path: { authority, account } } })),
  })

/** The roles that are valid now, of all accounts. */
export const bindingsQuery = (authority: string) =>
  queryOptions({
    queryKey: ['authorities', authority, 'roleBindings'],
    queryFn: () =>
      all(async (pageToken) => {
        const read = await answer(GET('/v1/authorities/{authority}/roleBindings', { params: { path: { authority }, query: { pageSize, pageToken } } }))
        return { entries: read.roleBindings, next: read.nextPageToken }
      }),
  })

export const softwareQuery = (authority: string) =>
  queryOptions({
    queryKey: ['authorities', authority, 'serviceAccounts'],
    queryFn: () =>
      all(async (pageToken) => {
        const read = await answer(GET('/v1/authorities/{authority}/serviceAccounts', { params: { path: { authority }, query: { pageSize, pageToken } } }))
        return { entries: read.serviceAccounts, next: read.nextPageToken }
      }),
  })
