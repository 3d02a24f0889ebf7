// Dates are typed and shown as dd/mm/yyyy, whatever the browser's own language is. All
// days are those of Vietnam, which has one time zone and no summer time.

export const zone = 'Asia/Ho_Chi_Minh'
const offset = '+07:00'

/** Reads "5/1/2026" as "2026-01-05"; undefined if it is not a date. */
export function readDate(typed: string): string | undefined {
  const found = /^\s*(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})\s*$/.exec(typed)
  if (!found) return undefined
  const [day, month, year] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  return `${found[3]}-${pad(month)}-${pad(day)}`
}

/** Writes "2026-01-05" as "05/01/2026". */
export function showDate(date: string): string {
  const [year, month, day] = date.split('-')
  return `${day}/${month}/${year}`
}

const pad = (n: number) => String(n).padStart(2, '0')

/** The instant at which a day ends. */
export const endOfDay = (date: string): string => `${date}T24:00:00${offset}`

/** The last day before or at an instant at which something ends: midnight belongs to the day before. */
export function lastDay(instant: string): string {
  return dayOf(new Date(new Date(instant).getTime() - 1))
}

/** The day of an instant in Vietnam, as "2026-01-05". */
export function dayOf(instant: Date): string {
  const local = new Date(instant.getTime() + 7 * 3_600_000)
  return local.toISOString().slice(0, 10)
}

/** Writes an instant as "17:00 05/01/2026". */
export function showInstant(instant: string): string {
  const local = new Date(new Date(instant).getTime() + 7 * 3_600_000).toISOString()
  return `${local.slice(11, 16)} ${showDate(local.slice(0, 10))}`
}
