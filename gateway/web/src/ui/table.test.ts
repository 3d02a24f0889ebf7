import { expect, test } from 'vitest'
import { tabbed } from './table'

test('a copied table has one line a row, and no cell that a spreadsheet takes for a formula', () => {
  const columns = [
    { id: 'name', label: 'Tên', text: (r: string[]) => r[0]! },
    { id: 'points', label: 'Điểm', text: (r: string[]) => r[1]! },
  ]
  const rows = [
    ['Sở\tTư\npháp', '-1,5'],
    ['=HYPERLINK("x")', '12,50'],
    ['-cmd', '+84'],
  ]
  expect(tabbed(columns, rows)).toBe('Tên\tĐiểm\nSở Tư pháp\t-1,5\n\'=HYPERLINK("x")\t12,50\n\'-cmd\t\'+84')
})
