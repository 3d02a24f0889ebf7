// Deadlines are those of the server, so what is left of them is counted by its clock.

let ahead = 0

/** Notes the time at which the server says that it answered. */
export function heardTime(date: string | null): void {
  const at = Date.parse(date ?? '')
  if (!Number.isNaN(at)) ahead = at - Date.now()
}

/** The time of the server, in milliseconds, to about a second. */
export const serverNow = (): number => Date.now() + ahead
