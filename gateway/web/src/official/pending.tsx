import { useSyncExternalStore } from 'react'
import { isPartWaiting, onPartWaiting } from '../api/part'
import { useText } from '../text/language'

/** Stands in the place of a page that is being loaded. */
export function Pending() {
  const t = useText()
  const waiting = useSyncExternalStore(onPartWaiting, isPartWaiting)
  return waiting ? (
    <div className="notice" role="status">
      <p>{t('fault.away')}</p>
    </div>
  ) : (
    <p role="status">{t('ui.loading')}</p>
  )
}
