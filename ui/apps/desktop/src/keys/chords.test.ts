import { texts } from '@balie/texts'
import { describe, expect, it } from 'vitest'
import { chordWords, faultOf, pressedChord, withChord } from './chords.ts'
import { keysFromText, keysToText } from '../settings/key-text.ts'
import { actionsOf, chordsOf, conflict } from './actions.ts'

const KEYS = { profile: 'bedienpost' as const, changed: {}, global: true }
const actions = actionsOf('bedienpost', texts.nl)
const press = (key: string, code: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  pressedChord({ key, code, ctrlKey: false, altKey: false, shiftKey: false, ...held })

describe('a chord', () => {
  it('is written with its modifiers in one order', () => {
    expect(press('F11', 'F11', { shiftKey: true, ctrlKey: true })).toBe('Ctrl+Shift+F11')
    expect(press('m', 'KeyM', { ctrlKey: true })).toBe('Ctrl+M')
    expect(press('!', 'Digit1', { altKey: true, shiftKey: true })).toBe('Alt+Shift+1')
    expect(press('+', 'NumpadAdd')).toBe('NumpadAdd')
    expect(press('Shift', 'ShiftLeft', { shiftKey: true })).toBeNull()
  })

  it('is refused where it types or is needed elsewhere', () => {
    expect(['M', 'Shift+M', '5', 'Space'].map(faultOf)).toEqual(Array(4).fill('typing'))
    expect(['Tab', 'Ctrl+Escape', 'Enter', 'ArrowUp'].map(faultOf)).toEqual(Array(4).fill('reserved'))
    expect(faultOf('Ctrl+Alt+E')).toBe('altGr')
    expect(['F8', 'Ctrl+M', 'Alt+1', 'Ctrl+ArrowUp', 'NumpadAdd'].map(faultOf)).toEqual(Array(5).fill(null))
  })

  it('is shown as it stands on the keys', () => {
    expect(['Ctrl+ArrowUp', 'NumpadAdd', 'Shift+F7'].map(chordWords)).toEqual(['Ctrl ↑', 'Num +', '⇧ F7'])
  })
})

describe('changing a key', () => {
  it('notices who has the key already, also by a change', () => {
    expect(conflict(KEYS, 'hold', 'F12')).toBe('hangUp')
    expect(conflict({ ...KEYS, changed: { mute: 'F8' } }, 'hold', 'F8')).toBe('mute')
    expect(conflict({ ...KEYS, changed: { hangUp: '' } }, 'hold', 'F12')).toBeNull()
    expect(conflict(KEYS, 'hold', 'F7')).toBeNull()
  })

  it('takes the key away from whoever had it, and stores no key of the profile', () => {
    const taken = withChord(KEYS, actions, 'hold', 'F12', 'hangUp')
    expect(taken.changed).toEqual({ hold: 'F12', hangUp: '' })

    expect(withChord({ ...KEYS, changed: { hold: 'F8' } }, actions, 'hold', 'F7', null).changed).toEqual({})
  })

  it('has no two actions with one key in any profile', () => {
    for (const profile of ['bedienpost', 'laptop'] as const) {
      const chords = actionsOf(profile, texts.en).flatMap(({ name }) => chordsOf(name, { ...KEYS, profile }))
      expect(new Set(chords).size).toBe(chords.length)
    }
  })
})

describe('keys as text', () => {
  const from = (text: string) => keysFromText(text, KEYS, texts.nl)

  it('come back as they were, and leave the switch for other programs alone', () => {
    const keys = { profile: 'laptop' as const, changed: { mute: 'F8', hold: 'F9' }, global: false }

    expect(from(keysToText(keys))).toEqual({ ...keys, global: true })
  })

  it('are refused whole, with a reason', () => {
    expect(from('hallo')).toBe(texts.nl.settings.keys.notJson)
    expect(from('{"profile":"mac","changed":{}}')).toBe(texts.nl.settings.keys.notJson)
    expect(from('{"profile":"laptop","changed":{"fly":"F8"}}')).toContain('fly')
    expect(from('{"profile":"laptop","changed":{"mute":"M"}}')).toContain('M')
    expect(from('{"profile":"laptop","changed":{"mute":"F12"}}')).toContain('dezelfde toets')
  })
})
