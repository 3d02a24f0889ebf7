import createClient from 'openapi-fetch'
import { heardTime } from './clock'
import { Fault, faultOf } from './fault'
import type { components, paths } from './schema'
import { send } from './session'

/** The messages of the contracts, by the names that the OpenAPI document gives them. */
export type Message = components['schemas']

let language = 'vi'

/** Chooses the language of the answers. */
export function setAnswerLanguage(tag: string): void {
  language = tag
}

const client = createClient<paths>({ fetch: (request) => send(request) })
client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
  },
  onResponse({ response }) {
    heardTime(response.headers.get('Date'))
  },
})

export const { GET, POST, PATCH, DELETE } = client

interface Result<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Returns the answer of a call. Throws a Fault if it was refused or did not arrive. */
export async function answer<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>
  try {
    result = await call
  } catch (err) {
    if (err instanceof Fault) throw err
    throw new Fault('NETWORK', 0)
  }
  if (!result.response.ok) throw faultOf(result.error, result.response)
  return result.data as T
}

/** Reads a list to its end, page by page. */
export async function all<T>(page: (pageToken: string) => Promise<{ entries: T[] | undefined; next: string | undefined }>): Promise<T[]> {
  const entries: T[] = []
  let token = ''
  do {
    const read = await page(token)
    entries.push(...(read.entries ?? []))
    token = read.next ?? ''
  } while (token !== '')
  return entries
}

/** The largest page of a list. */
export const pageSize = 200
