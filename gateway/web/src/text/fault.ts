import type { Fault } from '../api/fault'
import type { Text } from './language'

/** What is wrong and what to do, in the user's language. */
export function faultText(fault: Fault, t: Text): string {
  let text = fault.message
  if (fault.reason === 'NETWORK') text = t('fault.network')
  if (fault.reason === 'UNREADABLE') text = t('fault.unreadable', { status: fault.status })
  if (fault.retryAfter > 0) text += ' ' + t('fault.wait', { time: waitText(fault.retryAfter, t) })
  return text
}

/** A time to wait, rounded up: "40 seconds", "2 minutes". */
function waitText(seconds: number, t: Text): string {
  return seconds < 60 ? t('fault.seconds', { n: seconds }) : t('fault.minutes', { n: Math.ceil(seconds / 60) })
}
