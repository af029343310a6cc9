import { texts } from '@balie/texts'
import { describe, expect, it } from 'vitest'
import { find, SECTIONS } from './sections.ts'

const found = (text: string) => find(text, texts.nl).map(({ item }) => item)

describe('the list of settings', () => {
  it('has every setting that has a text, once', () => {
    const items = SECTIONS.flatMap((section) => section.items)

    expect([...items].sort()).toEqual(Object.keys(texts.nl.settings.items).sort())
    expect(SECTIONS.map(({ id }) => id)).toEqual(Object.keys(texts.nl.settings.sections))
  })

  it('is searched by title, by other words and without accents', () => {
    expect(found('micro')[0]).toBe('microphone')
    expect(found('donker')).toEqual(['theme'])
    expect(found('PROEF gesprék')).toEqual([])
    expect(found('belvol')).toEqual(['ringerVolume'])
    expect(find('screen read', texts.en).map(({ item }) => item)).toEqual(['profile'])
  })

  it('puts settings with the word in their title before others', () => {
    expect(found('belvolume')[0]).toBe('ringerVolume')
    expect(found('hard')).toContain('levelsVoice')
    expect(found('echo')[0]).toBe('cancelsEcho')
  })

  it('finds nothing for an empty box', () => {
    expect(found(' – ')).toEqual([])
  })
})
