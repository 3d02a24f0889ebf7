import { Suspense, lazy, useState } from 'react'
import type { ReactNode } from 'react'
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { part } from '../api/part'
import { readDate, showDate } from '../text/date'
import { useText } from '../text/language'
import { FieldFrame, described } from './field'
import type { FieldState } from './form'

const Calendar = lazy(() => part(() => import('./calendar')))

/** A date, typed as dd/mm/yyyy or chosen in a calendar. Its value is what was typed. */
export function DateField({ value, onChange, name, min, ...rest }: FieldState & { label: string; hint?: ReactNode; optional?: boolean; min?: string }) {
  const t = useText()
  const [open, setOpen] = useState(false)
  return (
    <FieldFrame {...rest}>
      <div className="with-button">
        <input {...described(rest)} name={name} inputMode="numeric" autoComplete="off" placeholder="dd/mm/yyyy" value={value} onChange={(e) => onChange(e.target.value)} />
        <DialogTrigger isOpen={open} onOpenChange={setOpen}>
          <Button aria-label={`${t('ui.chooseDate')}: ${rest.label}`}>{t('ui.chooseDate')}</Button>
          <Popover className="popover" placement="bottom end">
            <Dialog aria-label={`${t('ui.chooseDate')}: ${rest.label}`} className="calendar">
              <Suspense fallback={<p role="status">{t('ui.loading')}</p>}>
                <Calendar
                  date={readDate(value)}
                  min={min}
                  onChoose={(date) => {
                    onChange(showDate(date))
                    setOpen(false)
                  }}
                />
              </Suspense>
            </Dialog>
          </Popover>
        </DialogTrigger>
      </div>
    </FieldFrame>
  )
}
