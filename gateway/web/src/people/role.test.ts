import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apart, forbids, roles, scopes } from './role'

const readme = readFileSync(join(import.meta.dirname, '../../../../services/identity/README.md'), 'utf8')

const names = (cell: string | undefined) => [...(cell ?? '').matchAll(/[A-Z]+(?:_[A-Z]+)*/g)].map((m) => `ROLE_${m[0]}`)

/** The cells of the row below the head of a table, and of those after it. */
function rowsBelow(head: string): string[][] {
  const lines = readme.slice(readme.indexOf(head)).split('\n').slice(2)
  return lines.slice(0, lines.findIndex((l) => !l.startsWith('|'))).map((l) => l.split('|').slice(1, -1))
}

test('the scopes of roles are those of identity', () => {
  const [row] = rowsBelow('| for one agency | for the whole authority | either |')
  const of = (scope: string) => roles.filter((r) => scopes[r] === scope).sort()
  expect([of('agency'), of('whole'), of('either')]).toEqual(row!.map((cell) => names(cell).sort()))
})

test('the roles that nobody holds together are those of identity', () => {
  const rows = rowsBelow('| role | not with | because |')
  expect(apart).toEqual(Object.fromEntries(rows.map(([role, others]) => [names(role)[0], names(others)])))
})

test('a held role forbids another one in either order', () => {
  expect(forbids(['ROLE_OBSERVER', 'ROLE_APPROVER'], 'ROLE_COORDINATOR')).toBe('ROLE_APPROVER')
  expect(forbids(['ROLE_COORDINATOR'], 'ROLE_APPROVER')).toBe('ROLE_COORDINATOR')
  expect(forbids(['ROLE_COORDINATOR'], 'ROLE_ADMINISTRATOR')).toBeUndefined()
})
