import type { Call } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { prefillKey } from './prefill.ts'

const rings = {
  id: 'c', direction: 'incoming', state: { kind: 'ringing' }, since: 0, verbs: ['answer', 'reject'],
} as unknown as Call

function asked(key: string, desk: Partial<Parameters<typeof prefillKey>[1]> = {}, init: KeyboardEventInit = {}, after = 1_000) {
  return prefillKey(new KeyboardEvent('keydown', { key, ...init }), { calls: [], text: '', home: true, ...desk }, 0, after)?.kind ?? null
}

describe('a number that waits', () => {
  it('is dialled by Enter and put away by Escape', () => {
    expect([asked('Enter'), asked('Escape')]).toEqual(['dialPrefill', 'dismissPrefill'])
  })

  it('is not dialled by an Enter that was on its way when it came, nor by a key held down', () => {
    expect([asked('Enter', {}, {}, 299), asked('Enter', {}, { repeat: true })]).toEqual([null, null])
  })

  it('leaves the keys to a typed text, to a caller who waits, to other places and to chords', () => {
    expect([
      asked('Enter', { text: 'bas' }), asked('Enter', { calls: [rings] }), asked('Escape', { home: false }), asked('Enter', {}, { ctrlKey: true }),
    ]).toEqual([null, null, null, null])
  })
})
