/** The platform takes passwords of 12 to 256 characters. */
export const longEnough = (password: string): boolean => [...password].length >= 12

// Without letters and digits that are mistaken for each other on paper.
const letters = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password of four groups to hand over once, such as "k7mp-w2xa-9fdt-hr4c": 80 random bits. */
export function madePassword(): string {
  const random = crypto.getRandomValues(new Uint8Array(16))
  const chosen = [...random].map((b) => letters[b % letters.length]).join('')
  return chosen.replace(/(.{4})(?=.)/g, '$1-')
}
