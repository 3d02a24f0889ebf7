import { expect, test } from 'vitest'
import { dayOf, endOfDay, lastDay, readDate, showDate, showInstant } from './date'
import { readDecimal, showDecimal } from './decimal'
import { finds, fold } from './fold'

test.each([
  ['12,5', '12.5'],
  ['12.50', '12.50'],
  [' 007 ', '7'],
  ['0,5', '0.5'],
  ['-1,25', '-1.25'],
  ['1.234,5', undefined],
  ['1,234,567', undefined],
  ['12,', undefined],
  [',5', undefined],
  ['1e3', undefined],
  ['', undefined],
])('the decimal %j is read as %j', (typed, read) => expect(readDecimal(typed)).toBe(read))

test('decimals are shown with a comma in Vietnamese', () => {
  expect(showDecimal('83.84', 'vi')).toBe('83,84')
  expect(showDecimal('83.84', 'en')).toBe('83.84')
})

test.each([
  ['31/12/2026', '2026-12-31'],
  ['5/1/2026', '2026-01-05'],
  ['05-01-2026', '2026-01-05'],
  ['29/2/2028', '2028-02-29'],
  ['29/2/2026', undefined],
  ['12/31/2026', undefined],
  ['31/12/26', undefined],
  ['2026-12-31', undefined],
  ['', undefined],
])('the date %j is read as %j', (typed, read) => expect(readDate(typed)).toBe(read))

test('days are those of Vietnam', () => {
  expect(showDate('2026-01-05')).toBe('05/01/2026')
  expect(dayOf(new Date('2026-11-30T17:00:00Z'))).toBe('2026-12-01')
  expect(showInstant('2026-11-30T17:00:00Z')).toBe('00:00 01/12/2026')
  expect(endOfDay('2026-12-31')).toBe('2026-12-31T24:00:00+07:00')
  // The platform answers with the midnight that ends the day.
  expect(lastDay('2026-12-31T17:00:00Z')).toBe('2026-12-31')
})

test('search ignores accents, their order, capitals and đ', () => {
  expect(fold('  SỞ   Tư pháp ')).toBe('so tu phap')
  expect(finds('UBND thị xã Đông Hải', 'dong hai')).toBe(true)
  expect(finds('Nguyễn Văn Ân'.normalize('NFD'), 'AN nguyen')).toBe(true)
  expect(finds('Sở Tư pháp', 'sở')).toBe(true)
  expect(finds('Sở Tư pháp', 'nội vụ')).toBe(false)
  expect(finds('Sở Thử nghiệm Ba', 'so thu nghiem h')).toBe(false)
  expect(finds('td-so-hai-nhaplieu', 'hai nhap')).toBe(true)
  expect(finds('anything', ' ')).toBe(true)
})
