// A part of the client comes from the platform when it is first needed. It does not come
// while the platform is away, and no more after an update.

const listeners = new Set<() => void>()
let waiting = false

/** Whether a part waits until the platform answers. */
export const isPartWaiting = (): boolean => waiting

export function onPartWaiting(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Loads a part; if it does not come, loads the whole page anew as soon as the platform answers. */
export async function part<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch {
    waiting = true
    for (const listener of listeners) listener()
    do await new Promise((resolve) => setTimeout(resolve, 1_000))
    while (!(await platformAnswers()))
    location.reload()
    return new Promise(() => {})
  }
}

const platformAnswers = () => fetch('/official/', { cache: 'no-store' }).then((r) => r.ok, () => false)
