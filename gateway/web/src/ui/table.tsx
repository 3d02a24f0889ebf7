import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useText } from '../text/language'

export interface Column<R> {
  id: string
  label: string
  /** The content as text: for sorting and for copying. */
  text: (row: R) => string
  /** The content as it is drawn; the text if it is left out. */
  cell?: (row: R) => ReactNode
  className?: string
}

interface Props<R> {
  caption: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  id: (row: R) => string
  /** Whether each row becomes a block on a phone; otherwise the table scrolls. */
  cards?: boolean
}

const collator = new Intl.Collator('vi', { numeric: true })

/**
 * A table of which all rows are in the page, so that the browser's search and print find
 * them. It is sorted by its heads and copied with tabs, as spreadsheets take it. The first
 * column names the row.
 */
export function Table<R>({ caption, columns, rows, id, cards = false }: Props<R>) {
  const [sort, setSort] = useState<{ column: string; down: boolean }>()
  const sorted = useMemo(() => {
    const by = columns.find((c) => c.id === sort?.column)
    if (!by) return rows
    const all = [...rows].sort((a, b) => collator.compare(by.text(a), by.text(b)))
    return sort?.down ? all.reverse() : all
  }, [columns, rows, sort])
  return (
    <>
      <div className="scroll" role={cards ? undefined : 'region'} aria-label={cards ? undefined : caption} tabIndex={cards ? undefined : 0}>
        <table className={cards ? 'cards' : undefined}>
          <caption className={cards ? 'spoken' : undefined}>{caption}</caption>
          <thead>
            <tr>
              {columns.map((c) => (
                <Head key={c.id} column={c} sort={sort} onSort={setSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.map((row) => (
              <Row key={id(row)} row={row} columns={columns} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > 0 && <CopyButton columns={columns} rows={sorted} />}
    </>
  )
}

interface HeadProps<R> {
  column: Column<R>
  sort: { column: string; down: boolean } | undefined
  onSort: (sort: { column: string; down: boolean }) => void
}

function Head<R>({ column, sort, onSort }: HeadProps<R>) {
  const down = sort?.column === column.id ? sort.down : undefined
  return (
    <th scope="col" className={column.className} aria-sort={down === undefined ? undefined : down ? 'descending' : 'ascending'}>
      <button type="button" className="sort" onClick={() => onSort({ column: column.id, down: down === false })}>
        {column.label}
      </button>
    </th>
  )
}

function Row<R>({ row, columns }: { row: R; columns: readonly Column<R>[] }) {
  return (
    <tr>
      {columns.map((c, i) => {
        const content = c.cell ? c.cell(row) : c.text(row)
        return i === 0 ? (
          <th key={c.id} scope="row" className={c.className}>
            {content}
          </th>
        ) : (
          <td key={c.id} className={c.className} data-label={c.label}>
            {content}
          </td>
        )
      })}
    </tr>
  )
}

function CopyButton<R>({ columns, rows }: { columns: readonly Column<R>[]; rows: readonly R[] }) {
  const t = useText()
  const [copied, setCopied] = useState(false)
  return (
    <p className="buttons no-print">
      <button
        type="button"
        onClick={() => {
          setCopied(copyText(tabbed(columns, rows)))
        }}
      >
        {t('ui.copyTable')}
      </button>
      <span role="status">{copied && t('ui.copied', { n: rows.length })}</span>
    </p>
  )
}

/** The rows as lines with tabs between the cells, the heads first. */
export function tabbed<R>(columns: readonly Column<R>[], rows: readonly R[]): string {
  // A spreadsheet would take a text that begins like a formula for one.
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ').replace(/^(?=[=+@]|-(?!\d))/, "'")
  const lines = [columns.map((c) => c.label), ...rows.map((row) => columns.map((c) => c.text(row)))]
  return lines.map((cells) => cells.map(clean).join('\t')).join('\n')
}

/** Copies a text; navigator.clipboard exists only on pages that came by TLS or from this machine. */
function copyText(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
