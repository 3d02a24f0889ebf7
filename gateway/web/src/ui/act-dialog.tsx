import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { Fault } from '../api/fault'
import { uuid } from '../api/request-id'
import { faultText } from '../text/fault'
import { useText } from '../text/language'
import { Dialog } from './dialog'
import { ErrorSummary } from './error-summary'
import { useSay } from './status'

interface Props {
  title: string
  /** The text of the button that acts, and its look. */
  label: string
  look: 'main' | 'danger'
  /** Acts; a repeated attempt has the same request id. */
  act: (requestId: string) => Promise<unknown>
  /** What the page says when it is done. */
  said: string
  onClose: () => void
  children: ReactNode
}

/** A dialog that asks before an act, and stays with the fault if the act is refused. */
export function ActDialog({ title, label, look, act, said, onClose, children }: Props) {
  const t = useText()
  const say = useSay()
  const [requestId] = useState(uuid)
  const sent = useMutation({
    mutationFn: () => act(requestId),
    onSuccess: () => {
      onClose()
      say(said)
    },
  })
  return (
    <Dialog title={title} onClose={onClose}>
      {sent.error instanceof Fault && <ErrorSummary problems={[{ text: faultText(sent.error, t) }]} />}
      <p>{children}</p>
      <p className="buttons">
        <button type="button" className={look} aria-disabled={sent.isPending || undefined} onClick={() => sent.isPending || sent.mutate()}>
          {label}
        </button>
        <button type="button" onClick={onClose}>
          {t('ui.cancel')}
        </button>
      </p>
    </Dialog>
  )
}
