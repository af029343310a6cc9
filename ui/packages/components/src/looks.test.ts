import { describe, expect, it } from 'vitest'
import { keepLooks, keptLooks, wear, worn } from './looks.ts'

function store() {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
}

describe('the look of the window', () => {
  it('asks the system only for what is left to it', () => {
    const system = { languages: ['en-GB'], dark: true }

    expect(worn({ language: 'system', theme: 'system', zoom: 100 }, system)).toEqual({ language: 'en', theme: 'dark', zoom: 100 })
    expect(worn({ language: 'nl', theme: 'light', zoom: 150 }, system)).toEqual({ language: 'nl', theme: 'light', zoom: 150 })
  })

  it('stays between 80 and 200 percent', () => {
    const zoom = (zoom: number) => worn({ language: 'nl', theme: 'light', zoom }, { languages: [], dark: false }).zoom

    expect([zoom(5), zoom(125), zoom(900)]).toEqual([80, 125, 200])
  })

  it('is worn by the root of the page', () => {
    const root = document.createElement('html')

    wear({ language: 'en', theme: 'dark', zoom: 200 }, root)

    expect([root.lang, root.dataset.theme, root.style.fontSize]).toEqual(['en', 'dark', '200%'])
  })

  it('is remembered for the next start', () => {
    const kept = store()
    keepLooks({ language: 'en', theme: 'dark', zoom: 140 }, kept)

    expect(keptLooks(kept)).toEqual({ language: 'en', theme: 'dark', zoom: 140 })
  })

  it('is the usual one where the memory makes no sense', () => {
    for (const text of ['', '{', '7', '{"language":"fy","theme":"pink","zoom":"big"}']) {
      expect(keptLooks({ getItem: () => text })).toEqual({ language: 'system', theme: 'system', zoom: 100 })
    }
  })
})
