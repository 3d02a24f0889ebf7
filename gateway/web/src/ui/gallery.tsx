import { useState } from 'react'
import { readDate } from '../text/date'
import { useText } from '../text/language'
import { SubmitButton } from './button'
import { Combobox } from './combobox'
import { DateField } from './date-field'
import { Dialog } from './dialog'
import { ErrorSummary } from './error-summary'
import { DecimalField, Field, PasswordField, SelectField } from './field'
import { useForm } from './form'
import { Page } from './page'
import { useSay } from './status'
import { Table } from './table'

// The texts of this page are for those who build pages, so they are in English only and
// not in the catalogues.
const options = ['Sở Tư pháp', 'Sở Nội vụ', 'Văn phòng UBND tỉnh', 'Sở Nông nghiệp và Phát triển nông thôn', 'UBND thị xã Đông Hải'].map((name, i) => ({ id: String(i), name }))
const rows = options.map((o, i) => ({ ...o, points: `${90 - 7 * i},${i}5` }))

/** Every part of src/ui in its states, for whoever builds the next page. */
export function GalleryPage() {
  return (
    <div lang="en">
      <Page title="The parts of pages">
        <p>A page is made of these. Send the form empty to see its faults.</p>
        <Forms />
        <h2>Table</h2>
        <Table caption="Sorted by its heads, copied for spreadsheets" columns={columns} rows={rows} id={(r) => r.id} />
        <h2>Dialog, Status</h2>
        <Dialogs />
        <h2>Notice, State, Facts, Rows</h2>
        <Still />
      </Page>
    </div>
  )
}

const columns = [
  { id: 'name', label: 'Agency', text: (r: (typeof rows)[number]) => r.name },
  { id: 'points', label: 'Points', text: (r: (typeof rows)[number]) => r.points, className: 'number' },
]

function Forms() {
  const t = useText()
  const say = useSay()
  const form = useForm({
    initial: { name: '', password: '', points: '', choice: '', agency: '', date: '' },
    check: (v) => ({
      ...(v.name === '' && { name: 'The name is missing. Enter a name.' }),
      ...(v.agency === '' && { agency: 'No agency is chosen. Choose one.' }),
      ...(v.date !== '' && !readDate(v.date) && { date: t('ui.dateForm') }),
    }),
    send: async () => say('Sent.'),
  })
  return (
    <form onSubmit={form.submit} noValidate>
      <h2>Field, PasswordField, DecimalField, SelectField, Combobox, DateField, ErrorSummary</h2>
      <ErrorSummary problems={form.problems} />
      <Field {...form.field('name')} label="Field" hint="A hint stands between the label and the box." />
      <PasswordField {...form.field('password')} label="PasswordField" optional autoComplete="off" />
      <DecimalField {...form.field('points')} label="DecimalField" hint="Comma or dot" optional />
      <SelectField {...form.field('choice')} label="SelectField" optional options={[{ id: '', name: '–' }, ...options.slice(0, 3)]} />
      <Combobox {...form.field('agency')} label="Combobox" hint="Type “so tu” or “dong”: accents do not matter." options={options} />
      <DateField {...form.field('date')} label="DateField" hint="dd/mm/yyyy" optional />
      <p className="buttons">
        <SubmitButton busy={form.busy}>SubmitButton</SubmitButton>
        <button type="button">button</button>
        <button type="button" className="danger">
          button.danger
        </button>
        <button type="button" className="link">
          button.link
        </button>
      </p>
    </form>
  )
}

function Dialogs() {
  const say = useSay()
  const [open, setOpen] = useState(false)
  return (
    <>
      <p className="buttons">
        <button type="button" onClick={() => setOpen(true)}>
          Open a dialog
        </button>
        <button type="button" onClick={() => say('Something was done.')}>
          Say that something was done
        </button>
      </p>
      {open && (
        <Dialog title="Dialog" onClose={() => setOpen(false)}>
          <p>Escape closes it. One without onClose can only be answered.</p>
          <p className="buttons">
            <button type="button" className="main" onClick={() => setOpen(false)}>
              Close
            </button>
          </p>
        </Dialog>
      )}
    </>
  )
}

function Still() {
  return (
    <>
      <div className="notice">
        <p>.notice: something to know before going on.</p>
      </div>
      <p>
        <span className="state on">.state.on</span> <span className="state off">.state.off</span>
      </p>
      <dl className="facts">
        <dt>.facts</dt>
        <dd>A name and its value</dd>
        <dt>Second</dt>
        <dd>Value</dd>
      </dl>
      <ul className="rows">
        <li>
          <a href="/official/ui">.rows</a>
          <span className="quiet">The whole row is the link.</span>
        </li>
      </ul>
    </>
  )
}
