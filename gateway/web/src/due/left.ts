import type { Text } from '../text/language'

const hour = 3_600_000

/** Says how long it is until a deadline: in days, in the last two days in hours, in the last hour in minutes. */
export function leftText(deadline: string, now: number, t: Text): string {
  const left = Date.parse(deadline) - now
  if (left <= 0) return t('due.over')
  if (left < hour) return t('due.minutes', { n: Math.ceil(left / 60_000) })
  if (left < 48 * hour) return t('due.hours', { n: Math.floor(left / hour) })
  return t('due.days', { n: Math.floor(left / (24 * hour)) })
}
