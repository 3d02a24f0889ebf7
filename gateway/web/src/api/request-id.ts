/** A random UUID. crypto.randomUUID exists only on pages that came by TLS or from this machine. */
export function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = (b[6]! & 0x0f) | 0x40
  b[8] = (b[8]! & 0x3f) | 0x80
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * Returns a function that gives each content its request id: the same one for a content
 * that is sent again, because its first answer may have been lost.
 */
export function requestIds(): (content: unknown) => string {
  let last = ''
  let id = ''
  return (content) => {
    const now = JSON.stringify(content)
    if (now !== last || id === '') {
      last = now
      id = uuid()
    }
    return id
  }
}
