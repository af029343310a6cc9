import type { Call, Command, Verb } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { aside, inHand, waiting } from './calls.ts'
import { meaning, type Press, type Situation } from './keys.ts'

const NOW = 100_000

function call(id: string, state: Call['state'], verbs: Verb[], extra: Partial<Call> = {}): Call {
  return {
    id, direction: 'incoming', party: { name: id, number: '201', colleague: null }, joined: [], state, since: NOW - 5_000,
    connectedSince: null, muted: false, via: null, sentBy: null, digits: '', sound: null, emergency: false, suggestions: [], note: '', earlier: [], verbs, ...extra,
  }
}

const active = call('active', { kind: 'active' }, ['mute', 'hold', 'digits', 'transferBlind', 'transferConsult', 'hangUp', 'threeWay'])
const ringing = call('ringing', { kind: 'ringing' }, ['answer', 'reject'])
const held = call('held', { kind: 'held', by: 'us' }, ['resume', 'transferBlind', 'transferConsult', 'hangUp'])
const to = { name: 'Bas', number: '412', colleague: '412' }
const consulting = call('consulting', { kind: 'transferring', to, stage: { kind: 'consult', stage: 'active', since: NOW } }, [
  'mute', 'digits', 'transferComplete', 'transferCancel', 'threeWay',
])
const sent = call('sent', { kind: 'transferring', to, stage: { kind: 'blind', returnsAt: null } }, ['transferCancel'])
const recalled = call('recalled', { kind: 'recalled', from: to, reason: 'noAnswer' }, ['answer', 'reject'])

function press(keys: string): Press {
  const parts = keys.split(' ')
  const key = parts.at(-1) ?? ''
  return {
    key: key === 'Num+' ? '+' : key === 'Num-' ? '-' : key === 'Num*' ? '*' : key,
    code: { 'Num+': 'NumpadAdd', 'Num-': 'NumpadSubtract', 'Num*': 'NumpadMultiply' }[key] ?? (/^\d$/.test(key) ? `Digit${key}` : key),
    ctrl: parts.includes('Ctrl'), shift: parts.includes('Shift'), alt: parts.includes('Alt'), meta: false,
  }
}

function asked(keys: string, desk: Partial<Situation>): Command | null {
  const said = meaning(press(keys), { calls: [], text: '', target: null, home: true, now: NOW, ...desk })
  return said?.kind === 'command' ? said.command : null
}

describe('Enter', () => {
  it('dials what was typed, even while something rings', () => {
    expect(asked('Enter', { text: 'bas', target: '412', calls: [ringing] })).toEqual({ kind: 'dial', to: '412' })
  })

  it('transfers a call in hand to the chosen row, and consults with Shift', () => {
    const desk = { text: 'bas', target: '412', calls: [active] }
    expect(asked('Enter', desk)).toEqual({ kind: 'transferBlind', call: 'active', to: '412' })
    expect(asked('Shift Enter', desk)).toEqual({ kind: 'transferConsult', call: 'active', to: '412' })
  })

  it('answers with an empty box, but not within 300 ms after the ring began', () => {
    expect(asked('Enter', { calls: [ringing] })).toEqual({ kind: 'answer', call: 'ringing' })
    expect(asked('Enter', { calls: [{ ...ringing, since: NOW - 299 }] })).toBeNull()
  })

  it('completes a consultation with an empty box', () => {
    expect(asked('Enter', { calls: [consulting] })).toEqual({ kind: 'transferComplete', call: 'consulting' })
  })

  it('does nothing with text that fits nobody, and leaves other fields and buttons alone', () => {
    expect(asked('Enter', { text: 'xyz' })).toBeNull()
    expect(meaning(press('Enter'), { calls: [ringing], text: '', target: null, home: false, now: NOW })).toBeNull()
  })
})

describe('function keys', () => {
  it('hangs up with F12, and rejects where nothing is in hand', () => {
    expect(asked('F12', { calls: [active, ringing] })).toEqual({ kind: 'hangUp', call: 'active' })
    expect(asked('F12', { calls: [ringing] })).toEqual({ kind: 'reject', call: 'ringing' })
    expect(asked('F12', { calls: [consulting] })).toEqual({ kind: 'transferCancel', call: 'consulting' })
  })

  it('holds and resumes with F7', () => {
    expect(asked('F7', { calls: [active] })).toEqual({ kind: 'hold', call: 'active' })
    expect(asked('F7', { calls: [held] })).toEqual({ kind: 'resume', call: 'held' })
  })

  it('joins the held call with Shift F7', () => {
    expect(asked('Shift F7', { calls: [active, held] })).toEqual({ kind: 'threeWay', call: 'active', with: 'held' })
    expect(asked('Shift F7', { calls: [consulting] })).toEqual({ kind: 'threeWay', call: 'consulting', with: null })
  })

  it('takes with F11 what waits: a recalled call, then a transfer to undo, then a ring', () => {
    expect(asked('F11', { calls: [sent, ringing, recalled] })).toEqual({ kind: 'answer', call: 'recalled' })
    expect(asked('F11', { calls: [sent, ringing] })).toEqual({ kind: 'transferCancel', call: 'sent' })
    expect(asked('F11', { calls: [active, ringing] })).toEqual({ kind: 'answer', call: 'ringing' })
  })
})

describe('chords and the numeric pad', () => {
  it('mutes, sends digits and swaps', () => {
    expect(asked('Ctrl m', { calls: [active] })).toEqual({ kind: 'mute', call: 'active', on: true })
    expect(asked('Ctrl 5', { calls: [active] })).toEqual({ kind: 'digits', call: 'active', digits: '5' })
    expect(asked('Ctrl ArrowUp', { calls: [active, held] })).toEqual({ kind: 'resume', call: 'held' })
  })

  it('connects a suggested person with Alt and a digit', () => {
    const suggestion = { id: 's', source: { kind: 'spokeBefore' as const, times: 2 }, party: to, to: '412', consequence: null }
    const suggested = { ...active, suggestions: [suggestion] }
    expect(asked('Alt 1', { calls: [suggested] })).toEqual({ kind: 'transferBlind', call: 'active', to: '412' })
    expect(asked('Alt 2', { calls: [suggested] })).toBeNull()
  })

  it('types with the numeric pad where there is no object or the box begins like a number', () => {
    expect(asked('Num-', { calls: [] })).toBeNull()
    expect(asked('Num*', { text: '*21', calls: [active, held] })).toBeNull()
    expect(asked('Num*', { calls: [active, held] })).toEqual({ kind: 'resume', call: 'held' })
    expect(asked('Num+', { text: 'bas', target: '412', calls: [active] })).toEqual({ kind: 'transferConsult', call: 'active', to: '412' })
  })

  it('never offers what the call does not allow', () => {
    const emergency = call('112', { kind: 'active' }, ['mute', 'digits', 'hangUp'])
    expect(asked('F7', { calls: [emergency] })).toBeNull()
    expect(asked('Enter', { text: 'bas', target: '412', calls: [emergency] })).toBeNull()
  })
})

describe('which call stands where', () => {
  it('keeps the active call in hand, recalled calls first among those that wait, held ones aside', () => {
    const over = call('over', { kind: 'ended', cause: { kind: 'hungUp' } }, ['dismiss'])
    const calls = [over, held, ringing, recalled, active]
    expect(inHand(calls)?.id).toBe('active')
    expect(waiting(calls).map(({ id }) => id)).toEqual(['recalled', 'ringing'])
    expect(aside(calls).map(({ id }) => id)).toEqual(['held'])
    expect(inHand([over])?.id).toBe('over')
  })
})
