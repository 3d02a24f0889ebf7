import type { ReactNode } from 'react'
import { useText } from '../text/language'

/** The button that sends a form. It stays focusable while a request is under way, and says so. */
export function SubmitButton({ busy, children }: { busy: boolean; children: ReactNode }) {
  const t = useText()
  return (
    <button type="submit" className="main" aria-disabled={busy || undefined}>
      {busy ? t('ui.sending') : children}
    </button>
  )
}
