import { beforeEach, expect, test } from 'vitest'
import { Fault, faultOf } from './fault'
import { requestIds, uuid } from './request-id'
import { continueSession, holdSession, isWaiting, send } from './session'

const status = (reason: string, ...more: object[]) => ({
  code: 16,
  message: 'text',
  details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }, ...more],
})
const json = (code: number, body: object) => new Response(JSON.stringify(body), { status: code })
const request = () => new Request('http://localhost/v1/x', { method: 'POST', body: '{"typed":"text"}' })

/** A platform with a session that may be prolonged, and a record of what it was asked. */
function platform(session: { token: boolean; prolongs: boolean }) {
  const asked: string[] = []
  const fetch = async (what: RequestInfo | URL): Promise<Response> => {
    const address = what instanceof Request ? `${new URL(what.url).pathname} ${await what.text()}` : String(what)
    asked.push(address)
    if (address.endsWith(':refresh')) {
      if (!session.prolongs) return json(401, status('SESSION_ENDED'))
      session.token = true
      return json(200, {})
    }
    return session.token ? json(200, { done: true }) : json(401, status('TOKEN_EXPIRED'))
  }
  return { asked, fetch: fetch as typeof globalThis.fetch, session }
}

const turn = () => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => holdSession(true))

test('an expired token is renewed once for all requests, and they go out again', async () => {
  const p = platform({ token: false, prolongs: true })
  const answers = await Promise.all([send(request(), p.fetch), send(request(), p.fetch)])
  expect(answers.map((a) => a.status)).toEqual([200, 200])
  expect(p.asked.filter((a) => a.endsWith(':refresh'))).toHaveLength(1)
  expect(p.asked.filter((a) => a === '/v1/x {"typed":"text"}')).toHaveLength(4)
})

test('when the session has ended a request waits, and goes out again after signing in', async () => {
  const p = platform({ token: false, prolongs: false })
  const waiting = send(request(), p.fetch)
  while (!isWaiting()) await turn()
  p.session.token = true
  continueSession(true)
  expect((await waiting).status).toBe(200)
  expect(p.asked.at(-1)).toBe('/v1/x {"typed":"text"}')
  expect(isWaiting()).toBe(false)
})

test('whoever does not sign in again has the request refused', async () => {
  const p = platform({ token: false, prolongs: false })
  const waiting = send(request(), p.fetch)
  while (!isWaiting()) await turn()
  continueSession(false)
  await expect(waiting).rejects.toMatchObject({ reason: 'SESSION_ENDED' })
})

test('whoever was not signed in is not asked', async () => {
  holdSession(false)
  const p = platform({ token: false, prolongs: false })
  expect((await send(request(), p.fetch)).status).toBe(401)
  expect(isWaiting()).toBe(false)
})

test('a wrong password is not an ended session', async () => {
  const rejected = (async () => json(401, status('LOGIN_REJECTED'))) as typeof globalThis.fetch
  expect((await send(request(), rejected)).status).toBe(401)
  expect(isWaiting()).toBe(false)
})

test('a fault has its reason, its text, its fields and the time to wait', () => {
  const body = status(
    'BAD_REQUEST',
    { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', message: 'Sai.' },
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'login', description: 'Hãy nhập.' }] },
    { '@type': 'type.googleapis.com/google.rpc.PreconditionFailure', violations: [{ subject: 'login', description: 'again' }, { subject: 'role', description: 'Không được.' }] },
  )
  const fault = faultOf(body, new Response(null, { status: 400, headers: { 'Retry-After': '40' } }))
  expect(fault).toMatchObject({ reason: 'BAD_REQUEST', message: 'Sai.', status: 400, retryAfter: 40 })
  expect(fault.violations).toEqual([
    { field: 'login', text: 'Hãy nhập.' },
    { field: 'role', text: 'Không được.' },
  ])
})

test('an answer that is no fault of the platform is one that cannot be read', () => {
  expect(faultOf('<html>', new Response(null, { status: 502 }))).toMatchObject({ reason: 'UNREADABLE', status: 502 })
  expect(faultOf(undefined, new Response(null, { status: 500 }))).toBeInstanceOf(Fault)
})

test('a content sent again has its request id, another content another one', () => {
  const id = requestIds()
  const first = id({ name: 'a' })
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(id({ name: 'a' })).toBe(first)
  expect(id({ name: 'b' })).not.toBe(first)
  expect(uuid()).not.toBe(uuid())
})
