import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

// The budgets of the built client, in kB after gzip. What a page loads at once is what
// its HTML names and what those scripts import; a route adds what it imports beyond that.
const budgets = { script: 215, style: 20, route: 40, catalogue: 20 }

const assets = join(import.meta.dirname, '../dist/assets')
const read = (name: string) => readFileSync(join(assets, name))
const size = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0) / 1000

/** A script and everything that it imports, but not what it loads later. */
function imported(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  for (const m of read(name).toString().matchAll(/(?:from|^import|[;}]import)\s*["']\.\/([\w-]+\.js)["']/g)) imported(m[1]!, found)
  return found
}

const html = readFileSync(join(assets, '../official/index.html'), 'utf8')
const named = [...html.matchAll(/(?:src|href)="\.\.\/assets\/([^"]+)"/g)].map((m) => m[1]!)
const first = new Set(named.filter((n) => n.endsWith('.js')).flatMap((n) => [...imported(n)]))
const routes = [...readFileSync(join(import.meta.dirname, 'official/routes.tsx'), 'utf8').matchAll(/import\('\.\.\/([\w/-]+)'\)/g)].map((m) => `${basename(m[1]!)}.js`)

test('what a page loads at once is within its budget', () => {
  console.log(`first load: script ${size(first).toFixed(1)} kB, style ${size(named.filter((n) => n.endsWith('.css'))).toFixed(1)} kB`)
  expect(size(first)).toBeLessThanOrEqual(budgets.script)
  expect(size(named.filter((n) => n.endsWith('.css')))).toBeLessThanOrEqual(budgets.style)
})

test.each(routes)('the route %s is within its budget', (route) => {
  const own = [...imported(route)].filter((name) => !first.has(name))
  console.log(`${route} ${size(own).toFixed(1)} kB`)
  expect(size(own)).toBeLessThanOrEqual(budgets.route)
})

test.each(['vi.js', 'en.js'])('the catalogue %s is within its budget', (name) => {
  console.log(`${name} ${size([name]).toFixed(1)} kB`)
  expect(size([name])).toBeLessThanOrEqual(budgets.catalogue)
})

test('everything is below one folder, and nothing names another site to load from', () => {
  expect(readdirSync(assets).every((name) => /^[\w-]+\.(js|css)$/.test(name))).toBe(true)
  expect(existsSync(join(assets, '../licences.md'))).toBe(true)
  for (const name of readdirSync(assets).filter((n) => n.endsWith('.css'))) expect(read(name).toString()).not.toMatch(/url\(|@import/)
})
