// A session ends while somebody types. Then the page stays as it is, the person signs in
// above it, and the request that was refused goes out again.

import { Fault, faultOf } from './fault'

type Listener = () => void

const listeners = new Set<Listener>()
let waiting: { promise: Promise<boolean>; answer: (signedIn: boolean) => void } | undefined
let refreshing: Promise<boolean> | undefined
let held = false

/** Tells whether somebody is signed in, as far as this page knows. */
export function holdSession(signedIn: boolean): void {
  held = signedIn
}

/** Whether requests wait until the person has signed in again. */
export function isWaiting(): boolean {
  return waiting !== undefined
}

export function onWaiting(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Lets the waiting requests go out again, or refuses them. */
export function continueSession(signedIn: boolean): void {
  waiting?.answer(signedIn)
  waiting = undefined
  held = signedIn
  for (const listener of listeners) listener()
}

function signInAgain(): Promise<boolean> {
  if (!waiting) {
    let answer: (signedIn: boolean) => void = () => {}
    const promise = new Promise<boolean>((resolve) => (answer = resolve))
    waiting = { promise, answer }
    for (const listener of listeners) listener()
  }
  return waiting.promise
}

const withoutToken = new Set(['TOKEN_MISSING', 'TOKEN_EXPIRED', 'TOKEN_INVALID'])

/** Whether an answer says that the request had no valid token. */
async function lacksToken(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const body: unknown = await response.clone().json().catch(() => undefined)
  return withoutToken.has(faultOf(body, response).reason)
}

async function refresh(send: typeof fetch): Promise<boolean> {
  const response = await send('/v1/sessions/current:refresh', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  })
  if (response.ok) return true
  const fault = faultOf(await response.json().catch(() => undefined), response)
  if (fault.reason === 'SESSION_ENDED') return false
  throw fault
}

/** Prolongs the session; requests that find out at the same time share one call. */
function refreshOnce(send: typeof fetch): Promise<boolean> {
  refreshing ??= refresh(send).finally(() => (refreshing = undefined))
  return refreshing
}

/**
 * Sends a request. If its token has expired, prolongs the session and sends it again; if
 * the session has ended, waits until the person has signed in again.
 */
export async function send(request: Request, plainFetch: typeof fetch = fetch): Promise<Response> {
  const again = request.clone()
  const response = await plainFetch(request)
  if (!(await lacksToken(response))) return response
  if (await refreshOnce(plainFetch)) return plainFetch(again)
  if (!held) return response
  if (await signInAgain()) return plainFetch(again)
  throw new Fault('SESSION_ENDED', 401)
}
