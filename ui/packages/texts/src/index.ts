// Every text that people read, in the languages of the product.

import { en } from './en.ts'
import { nl, type Texts } from './nl.ts'

export type { Texts }
export type Language = 'nl' | 'en'

export const texts: Record<Language, Texts> = { nl, en }

/** The first of the wished languages that there is; English where there is none. */
export function chooseLanguage(wished: readonly string[]): Language {
  for (const tag of wished) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'nl' || language === 'en') return language
  }
  return 'en'
}
