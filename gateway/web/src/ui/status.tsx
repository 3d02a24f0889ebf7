import { useLocation } from '@tanstack/react-router'
import { createContext, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { ReactNode } from 'react'

interface Message {
  text: string
  path: string
  n: number
}

const Say = createContext<(text: string, path?: string) => void>(() => {})
const Said = createContext<Message | undefined>(undefined)

/** Returns a function that says what was done, on the present page or on the one with the given path; '' takes it back. */
export const useSay = () => useContext(Say)

export function StatusProvider({ children }: { children: ReactNode }) {
  const { pathname } = useLocation()
  const here = useRef(pathname)
  const [message, setMessage] = useState<Message>()
  useEffect(() => {
    const left = here.current
    here.current = pathname
    setMessage((m) => (m?.path === left && left !== pathname ? undefined : m))
  }, [pathname])
  const say = useMemo(() => {
    let n = 0
    return (text: string, path?: string) => setMessage(text === '' ? undefined : { text, path: path ?? here.current, n: ++n })
  }, [])
  return (
    <Say.Provider value={say}>
      <Said.Provider value={message?.path === pathname ? message : undefined}>{children}</Said.Provider>
    </Say.Provider>
  )
}

/** The place above a page where it says what was done. It takes the focus, which the pressed button may have lost. */
export function Status() {
  const message = useContext(Said)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (message) box.current?.focus()
  }, [message])
  return (
    <div role="status">
      {message && (
        <div className="done" tabIndex={-1} ref={box} key={message.n}>
          <p>{message.text}</p>
        </div>
      )}
    </div>
  )
}
