import type { components } from './schema'

type Status = components['schemas']['google.rpc.Status']

/** One thing that is wrong with a request: the field as the JSON names it, and what to do. */
export interface Violation {
  field: string
  text: string
}

/**
 * An answer that refuses a request. Its texts are the server's, in the language of the
 * request. NETWORK and UNREADABLE are ours: no answer came, or one that is not a fault of
 * the platform (a proxy's page); they have no text.
 */
export class Fault extends Error {
  readonly reason: string
  readonly status: number
  readonly violations: readonly Violation[]
  /** The seconds to wait before the request may be repeated; 0: not stated. */
  readonly retryAfter: number

  constructor(reason: string, status: number, text = '', violations: Violation[] = [], retryAfter = 0) {
    super(text)
    this.name = 'Fault'
    this.reason = reason
    this.status = status
    this.violations = violations
    this.retryAfter = retryAfter
  }
}

/** Reads the body of an answer that refuses. */
export function faultOf(body: unknown, response: Response): Fault {
  const details = (body as Status | undefined)?.details
  if (!Array.isArray(details)) return new Fault('UNREADABLE', response.status)
  let reason = 'UNREADABLE'
  let text = ''
  const violations: Violation[] = []
  for (const detail of details) {
    switch (detail['@type']) {
      case 'type.googleapis.com/google.rpc.ErrorInfo':
        reason = detail.reason ?? reason
        break
      case 'type.googleapis.com/google.rpc.LocalizedMessage':
        text = detail.message ?? text
        break
      case 'type.googleapis.com/google.rpc.BadRequest':
        for (const v of detail.fieldViolations ?? []) {
          violations.push({ field: v.field ?? '', text: v.description ?? '' })
        }
        break
      case 'type.googleapis.com/google.rpc.PreconditionFailure':
        for (const v of detail.violations ?? []) {
          // The same fault may name its field in both details.
          if (v.subject && !violations.some((w) => w.field === v.subject)) {
            violations.push({ field: v.subject, text: v.description ?? '' })
          }
        }
        break
    }
  }
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0) || 0
  return new Fault(reason, response.status, text || (body as Status).message, violations, retryAfter)
}
