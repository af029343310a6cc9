import type { Call, Command, KeySettings, Verb } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { aside, inHand, waiting } from '../calls.ts'
import { meaning, type Press, type Situation } from './meaning.ts'

const NOW = 100_000
const KEYS: KeySettings = { profile: 'bedienpost', changed: {}, global: false }

function call(id: string, state: Call['state'], verbs: Verb[], extra: Partial<Call> = {}): Call {
  return {
    id, direction: 'incoming', party: { name: id, number: '201', colleague: null }, joined: [], members: [], state, since: NOW - 5_000,
    connectedSince: null, muted: false, account: null, via: null, sentBy: null, digits: '', sound: null, emergency: false, suggestions: [], note: '', earlier: [], verbs, ...extra,
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
    code: { 'Num+': 'NumpadAdd', 'Num-': 'NumpadSubtract', 'Num*': 'NumpadMultiply' }[key] ?? (/^\d$/.test(key) ? `Digit${key}` : /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : key),
    ctrlKey: parts.includes('Ctrl'), shiftKey: parts.includes('Shift'), altKey: parts.includes('Alt'), metaKey: false,
  }
}

const REST: Situation = {
  calls: [], text: '', target: null, home: true, writes: false, focused: null, takes: null, rangAt: (call) => call.since, now: NOW, keys: KEYS,
}

function asked(keys: string, desk: Partial<Situation>): Command | null {
  const said = meaning(press(keys), { ...REST, ...desk })
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

  it('answers the one that rang already when another has only just begun', () => {
    const fresh = { ...recalled, since: NOW - 100 }
    expect(asked('Enter', { calls: [ringing, fresh] })).toEqual({ kind: 'answer', call: 'ringing' })
  })

  it('counts those 300 ms from when the ring was seen, not from when it began far away', () => {
    expect(asked('Enter', { calls: [ringing], rangAt: () => NOW - 200 })).toBeNull()
  })

  it('completes a consultation with an empty box', () => {
    expect(asked('Enter', { calls: [consulting] })).toEqual({ kind: 'transferComplete', call: 'consulting' })
  })

  it('does nothing with text that fits nobody, and leaves other fields and buttons alone', () => {
    expect(asked('Enter', { text: 'xyz' })).toBeNull()
    expect(meaning(press('Enter'), { ...REST, calls: [ringing], home: false })).toBeNull()
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

  it('takes the call whose card has the focus with F11', () => {
    expect(asked('F11', { calls: [ringing], takes: '412' })).toEqual({ kind: 'pickUp', colleague: '412' })
    expect(asked('F11', { calls: [active, held, recalled], focused: 'held' })).toEqual({ kind: 'resume', call: 'held' })
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

  it('leaves the numeric pad and Enter to a note that is being written', () => {
    const desk = { ...REST, calls: [active, held, consulting], home: false, writes: true, target: '412' }
    for (const key of ['Num-', 'Num*', 'Enter', 'Shift Enter', 'Ctrl Backspace', 'Ctrl ArrowUp']) expect(meaning(press(key), desk), key).toBeNull()
    expect(asked('F12', desk)).toEqual({ kind: 'hangUp', call: 'active' })
  })

  it('leaves the numeric pad alone while the number lock is off', () => {
    expect(meaning({ ...press('Delete'), code: 'NumpadDecimal' }, { ...REST, calls: [consulting] })).toBeNull()
  })

  it('never offers what the call does not allow', () => {
    const emergency = call('112', { kind: 'active' }, ['mute', 'digits', 'hangUp'])
    expect(asked('F7', { calls: [emergency] })).toBeNull()
    expect(asked('Enter', { text: 'bas', target: '412', calls: [emergency] })).toBeNull()
  })
})

describe('keys that are set otherwise', () => {
  it('do what they are set to, and the usual ones of that action nothing', () => {
    const keys = { ...KEYS, changed: { hold: 'F8', mute: '' } }
    expect(asked('F8', { calls: [active], keys })).toEqual({ kind: 'hold', call: 'active' })
    expect(meaning(press('F7'), { ...REST, calls: [active], keys })).toEqual({ kind: 'nothing' })
    expect(asked('Ctrl m', { calls: [active], keys })).toBeNull()
  })

  it('leave the numeric pad alone in the profile without one', () => {
    const desk = { text: 'bas', target: '412', calls: [active], keys: { ...KEYS, profile: 'laptop' as const } }
    expect(asked('Num+', desk)).toBeNull()
    expect(asked('Shift Enter', desk)).toEqual({ kind: 'transferConsult', call: 'active', to: '412' })
  })

  it('never reach the web view where it would reload or search', () => {
    for (const key of ['F3', 'F5', 'F7', 'F11', 'F12', 'Ctrl f', 'Ctrl p']) {
      expect(meaning(press(key), REST)).not.toBeNull()
    }
  })
})

/** Numbers that look drawn, the same on every run. */
function* drawn(seed: number): Generator<number> {
  for (let x = seed; ; ) yield (x = (x * 48_271) % 2_147_483_647) / 2_147_483_647
}

describe('typing while a call comes in', () => {
  it('never answers, transfers or loses a letter, whenever the ring begins', () => {
    const random = drawn(20_261_128)
    const next = () => random.next().value as number
    for (let run = 0; run < 500; run++) {
      const letters = Array.from({ length: 2 + Math.floor(next() * 8) }, () => 'abcdefghijklmnopqrstuvwxyz0123456789 '.charAt(Math.floor(next() * 37)))
      const times = letters.reduce<number[]>((all) => [...all, (all.at(-1) ?? NOW) + 30 + Math.floor(next() * 250)], [])
      const begins = NOW + Math.floor(next() * ((times.at(-1) ?? NOW) - NOW + 290))
      const hand = next() < 0.5 ? [active] : []
      let text = ''
      letters.forEach((letter, i) => {
        const now = times[i] ?? NOW
        const calls = now >= begins ? [...hand, { ...ringing, since: begins }] : hand
        expect(meaning({ ...press(letter), code: letter === ' ' ? 'Space' : press(letter).code }, { ...REST, calls, text, target: text === '' ? null : '412', now })).toBeNull()
        text += letter
      })
      // Enter that was meant for what was typed does what it said, ring or not.
      const now = (times.at(-1) ?? NOW) + 20
      const said = meaning(press('Enter'), { ...REST, calls: [...hand, { ...ringing, since: begins }], text, target: '412', now })
      if (text.trim() !== '') expect(said?.kind === 'command' && said.command.kind).toBe(hand.length > 0 ? 'transferBlind' : 'dial')
    }
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
