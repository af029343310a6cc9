// A number as people copy it from a signature, a web page or a sheet, made ready for the search box.
//
// Only what is one number and nothing else is touched: an account number, a sentence or a name is pasted as
// it is, and the person sees it before anything is dialled.

const LABEL = /^(?:tel(?:efoon(?:nummer)?|ephone)?|t|m|mob(?:iel|ile)?|phone|call|bel)\b\s*[.:]*\s*/i
const SCHEME = /^(?:tel|callto|sips?):(?:\/\/)?/i
const NUMBER = /^\+?[\d\s().\-/]+$/

/** The digits of the one number in `text`, with its `+`; null where the text is something else. */
export function pastedNumber(text: string): string | null {
  const plain = text
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .trim()
  const linked = SCHEME.test(plain) ? decoded(plain.replace(SCHEME, '').replace(/[;?].*$/, '')) : plain
  const bare = linked.replace(LABEL, '').trim()
  if (!NUMBER.test(bare)) return null
  // The zero in brackets of `+31 (0)10 …` is dialled only within the country.
  const digits = bare.replace(/^((?:\+|00)\s*\d{1,3}[\s-]*)\(0\)/, '$1').replace(/[^\d+]/g, '')
  return /^\+?\d{3,15}$/.test(digits) ? digits : null
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
