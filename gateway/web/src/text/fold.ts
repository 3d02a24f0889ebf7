/**
 * Makes a text comparable for search: without accents and case, "đ" as "d". "so tu phap"
 * finds "Sở Tư pháp", composed or not.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd').replace(/\s+/g, ' ').trim()
}

const words = (text: string): string[] => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean)

/** Whether each word of the query begins a word of the text, in any order. */
export function finds(text: string, query: string): boolean {
  const there = words(text)
  return words(query).every((word) => there.some((w) => w.startsWith(word)))
}
