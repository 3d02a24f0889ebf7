/**
 * Reads a decimal as typed, with a comma or a dot, as the API writes it: "1,50" is "1.50".
 * Undefined if it is not one: a figure with both, or with several, is not guessed at,
 * because "1.234,5" and "1,234.5" mean the same to two people.
 */
export function readDecimal(typed: string): string | undefined {
  const found = /^\s*(-?)(\d+)(?:[.,](\d+))?\s*$/.exec(typed)
  if (!found) return undefined
  const whole = found[2]!.replace(/^0+(?=\d)/, '')
  return `${found[1]}${whole}${found[3] === undefined ? '' : `.${found[3]}`}`
}

/** Writes a decimal of the API in a language: "1.50" is "1,50" in Vietnamese. */
export function showDecimal(decimal: string, language: 'vi' | 'en'): string {
  return language === 'vi' ? decimal.replace('.', ',') : decimal
}
