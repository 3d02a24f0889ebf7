/**
 * Makes a text comparable for search: without accents and case, "đ" as "d". "so tu phap"
 * finds "Sở Tư pháp", composed or not.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd').replace(/\s+/g, ' ').trim()
}

/** Whether text contains every word of the query, in any order. */
export function finds(text: string, query: string): boolean {
  const folded = fold(text)
  return fold(query).split(' ').every((word) => folded.includes(word))
}
