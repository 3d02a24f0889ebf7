import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../text/language'

let first = true

/**
 * A page below the head. Its title names the page and never a person. After a change of
 * page the focus is on the heading, as after loading one.
 */
export function Page({ title, heading = title, back, children }: { title: string; heading?: string; back?: ReactNode; children: ReactNode }) {
  const t = useText()
  const h1 = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – ${t('shell.name')}`
  }, [title, t])
  useEffect(() => {
    if (!first) {
      window.scrollTo(0, 0)
      h1.current?.focus({ preventScroll: true })
    }
    first = false
  }, [])
  return (
    <>
      {back}
      <h1 tabIndex={-1} ref={h1}>
        {heading}
      </h1>
      {children}
    </>
  )
}
