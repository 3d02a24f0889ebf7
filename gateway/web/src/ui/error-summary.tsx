import { useEffect, useId, useRef } from 'react'
import { useText } from '../text/language'

/**
 * Everything that is wrong with a form, above it. It takes the focus, each line leads to
 * its field, and the title of the page begins with the word for a fault.
 */
export function ErrorSummary({ problems }: { problems: readonly { id?: string; text: string }[] }) {
  const t = useText()
  const heading = useId()
  const box = useRef<HTMLDivElement>(null)
  const said = problems.map((p) => p.text).join('\n')
  useEffect(() => {
    if (said === '') return
    box.current?.focus()
    const title = document.title
    const marked = `${t('ui.faultPrefix')} ${title}`
    document.title = marked
    return () => {
      if (document.title === marked) document.title = title
    }
  }, [said, t])
  if (problems.length === 0) return null
  return (
    <div className="summary" role="alert" tabIndex={-1} ref={box} aria-labelledby={heading}>
      <h2 id={heading}>{t('ui.problems')}</h2>
      <ul>
        {problems.map((p) => (
          <li key={p.text}>{p.id ? <FieldLink id={p.id} text={p.text} /> : p.text}</li>
        ))}
      </ul>
    </div>
  )
}

function FieldLink({ id, text }: { id: string; text: string }) {
  return (
    <a
      href={`#${id}`}
      onClick={(event) => {
        event.preventDefault()
        const field = document.getElementById(id)
        field?.scrollIntoView({ block: 'center' })
        field?.focus({ preventScroll: true })
      }}
    >
      {text}
    </a>
  )
}
