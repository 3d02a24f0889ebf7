// The cookies are those of the whole browser. When somebody signs in or out in one tab,
// the others look again who is signed in.

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('parindex-session') : undefined

export function tellOtherTabs(): void {
  channel?.postMessage('changed')
}

export function onOtherTab(listener: () => void): () => void {
  channel?.addEventListener('message', listener)
  return () => channel?.removeEventListener('message', listener)
}
