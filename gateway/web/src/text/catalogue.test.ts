import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import english from 'react-aria-components/i18n/en-US'
import { vietnamese } from './aria'
import en from './en.json'
import vi from './vi.json'

const source = join(import.meta.dirname, '..')

/** The keys of a catalogue, written as pages write them: "people.title". */
function keys(of: object, before = ''): string[] {
  return Object.entries(of).flatMap(([key, value]) => (typeof value === 'string' ? [before + key] : keys(value as object, `${before}${key}.`)))
}

const texts = (of: object): string[] => Object.values(of).flatMap((value) => (typeof value === 'string' ? [value] : texts(value as object)))

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((m) => m[1]).sort()

test('both catalogues have the same keys in the same order', () => {
  expect(keys(en)).toEqual(keys(vi))
})

test('both texts of a key have the same placeholders', () => {
  const [inVi, inEn] = [texts(vi), texts(en)]
  keys(vi).forEach((key, i) => expect(new Set(placeholders(inEn[i]!)), key).toEqual(new Set(placeholders(inVi[i]!))))
})

test('every text is used', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f) && !f.endsWith('.test.ts'))
  const code = files.map((f) => readFileSync(join(source, f), 'utf8')).join('\n')
  const used = new Set([...code.matchAll(/\bt\(['"]([\w.]+)['"]/g)].map((m) => m[1]!))
  const prefixes = [...code.matchAll(/\bt\(`([\w.]+\.)\$\{/g)].map((m) => m[1]!)
  expect(prefixes.length).toBeGreaterThan(0)
  expect(keys(vi).filter((key) => !used.has(key) && !prefixes.some((p) => key.startsWith(p)))).toEqual([])
})

test('the Vietnamese texts of React Aria are complete, but for its colours, which nobody uses', () => {
  const known = (all: Record<string, object>) => Object.entries(all).flatMap(([part, of]) => (part.includes('/color') ? [] : Object.keys(of).map((key) => `${part} ${key}`)))
  expect(known(vietnamese).sort()).toEqual(known(english).filter((key) => key !== 'react-aria-components colorSwatchPicker').sort())
})
