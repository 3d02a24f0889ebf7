import { parseDate } from '@internationalized/date'
import { Button, Calendar as AriaCalendar, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, Heading } from 'react-aria-components'

/** A month to choose a day from. Dates are "2026-01-05". */
export default function Calendar({ date, min, onChoose }: { date: string | undefined; min: string | undefined; onChoose: (date: string) => void }) {
  return (
    <AriaCalendar
      autoFocus
      firstDayOfWeek="mon"
      value={date ? parseDate(date) : null}
      minValue={min ? parseDate(min) : null}
      onChange={(day) => onChoose(day.toString())}
    >
      <header>
        <Button slot="previous">‹</Button>
        <Heading />
        <Button slot="next">›</Button>
      </header>
      <CalendarGrid>
        <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
        <CalendarGridBody>{(day) => <CalendarCell date={day} />}</CalendarGridBody>
      </CalendarGrid>
    </AriaCalendar>
  )
}
