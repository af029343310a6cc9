import { describe, expect, it } from 'vitest'
import { chooseLanguage, texts } from './index.ts'

describe('chooseLanguage', () => {
  it('takes the first language that exists', () => {
    expect(chooseLanguage(['fy-NL', 'nl-BE', 'en'])).toBe('nl')
    expect(chooseLanguage(['en-GB'])).toBe('en')
    expect(chooseLanguage(['de'])).toBe('en')
  })
})

describe('texts', () => {
  it('has the same entries in every language, none of them empty or left in Dutch by accident', () => {
    const same: string[] = []
    const walk = (dutch: unknown, english: unknown, path: string) => {
      if (typeof dutch === 'string') {
        expect(dutch.trim(), path).not.toBe('')
        expect(english, path).toBeTypeOf('string')
        if (dutch === english) same.push(path)
      } else if (dutch && typeof dutch === 'object') {
        expect(Object.keys(english as object).sort(), path).toEqual(Object.keys(dutch).sort())
        for (const key of Object.keys(dutch)) {
          walk((dutch as Record<string, unknown>)[key], (english as Record<string, unknown>)[key], `${path}.${key}`)
        }
      }
    }
    walk(texts.nl, texts.en, 'texts')
    expect(same).toEqual(['texts.firstRun.invitation.hint', 'texts.tabs.recents', 'texts.account.menu', 'texts.softphone.mini'])
  })
})
