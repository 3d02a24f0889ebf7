import { expect, test } from 'vitest'
import type { Text } from '../text/language'
import { leftText } from './left'
import { deadlineFor } from './work'
import type { Cycle } from './work'

const cycle: Cycle = {
  phase: 'PHASE_SELF_1',
  windows: [{ phase: 'PHASE_SELF_1', closeTime: '2026-01-05T10:00:00Z' }, { phase: 'PHASE_SELF_2', closeTime: '2026-03-05T10:00:00Z' }],
  extensions: [
    { phase: 'PHASE_SELF_1', agency: 'a', closeTime: '2026-01-07T10:00:00Z' },
    { phase: 'PHASE_SELF_1', group: 'districts', closeTime: '2026-01-06T10:00:00Z' },
    { phase: 'PHASE_SELF_2', agency: 'a', closeTime: '2026-04-01T10:00:00Z' },
  ],
}

test('the deadline of an agency is the last of those that are for it', () => {
  expect(deadlineFor(cycle, 'a', 'districts')).toBe('2026-01-07T10:00:00Z')
  expect(deadlineFor(cycle, 'b', 'districts')).toBe('2026-01-06T10:00:00Z')
  expect(deadlineFor(cycle, 'b', 'departments')).toBe('2026-01-05T10:00:00Z')
  expect(deadlineFor({ phase: 'PHASE_SELF_1' }, 'b', 'departments')).toBeUndefined()
})

test('what is left is never said longer than it is', () => {
  const t = ((key: string, values?: { n: number }) => `${key} ${values?.n ?? ''}`.trim()) as unknown as Text
  const at = (iso: string) => leftText('2026-01-05T10:00:00Z', Date.parse(iso), t)
  expect(at('2026-01-01T11:00:00Z')).toBe('due.days 3')
  expect(at('2026-01-03T11:00:00Z')).toBe('due.hours 47')
  expect(at('2026-01-05T09:00:01Z')).toBe('due.minutes 60')
  expect(at('2026-01-05T09:59:59Z')).toBe('due.minutes 1')
  expect(at('2026-01-05T10:00:00Z')).toBe('due.over')
})
