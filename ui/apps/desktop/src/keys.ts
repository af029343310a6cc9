// What a key means now: the "Bedienpost" profile, as far as its functions exist.
//
// The search box is home and never loses what was typed. Enter asks, in this order: is there a call in hand
// and a target, is the field empty while something rings, is there something to dial. For 300 ms after a
// ring starts Enter keeps the meaning it had, so that nobody answers by typing. Keys of the numeric pad are
// verbs only while they have an object, and type as soon as the field begins like a number.

import type { Call, Command } from '@balie/host'
import { actsUpon, aside, joinable, waiting } from './calls.ts'

/** A key press, as far as it matters here. */
export type Press = { key: string; code: string; ctrl: boolean; shift: boolean; alt: boolean; meta: boolean }

/** What the desk looks like when the key is pressed. */
export type Situation = {
  calls: readonly Call[]
  /** What stands in the search box. */
  text: string
  /** What Enter would reach: the chosen row, or the typed number. */
  target: string | null
  /** Whether the focus is on the search box or on nothing. */
  home: boolean
  now: number
}

export type Meaning =
  | { kind: 'command'; command: Command; clears: boolean }
  | { kind: 'choose'; step: 1 | -1 }
  | { kind: 'home' | 'list' | 'help' }
  | { kind: 'nothing' }

const GRACE_MS = 300

/** The meaning of `press`, or null where the key keeps its ordinary effect. */
export function meaning(press: Press, desk: Situation): Meaning | null {
  if (press.meta) return null
  return enter(press, desk) ?? numericPad(press, desk) ?? functionKey(press, desk) ?? chord(press, desk) ?? movement(press, desk)
}

function command(command: Command, clears = false): Meaning {
  return { kind: 'command', command, clears }
}

function enter(press: Press, desk: Situation): Meaning | null {
  if (press.key !== 'Enter' || !desk.home || press.ctrl || press.alt) return null
  const hand = actsUpon(desk.calls)
  if (hand && desk.target !== null) {
    if (press.shift) return verb(hand, 'transferConsult', { kind: 'transferConsult', call: hand.id, to: desk.target }, true)
    return verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: desk.target }, true) ?? { kind: 'nothing' }
  }
  if (desk.text.trim() === '') {
    if (press.shift) return null
    if (hand?.verbs.includes('transferComplete')) return command({ kind: 'transferComplete', call: hand.id })
    const caller = waiting(desk.calls)[0]
    if (!caller) return null
    return desk.now - caller.since < GRACE_MS ? { kind: 'nothing' } : command({ kind: 'answer', call: caller.id })
  }
  return desk.target !== null && !hand ? command({ kind: 'dial', to: desk.target }, true) : null
}

function numericPad(press: Press, desk: Situation): Meaning | null {
  if (!press.code.startsWith('Numpad') || press.code === 'NumpadEnter' || press.ctrl || press.alt) return null
  if (/^\s*[\d+*#]/.test(desk.text)) return null
  const hand = actsUpon(desk.calls)
  switch (press.code) {
    case 'NumpadAdd':
      return hand && desk.target !== null
        ? verb(hand, 'transferConsult', { kind: 'transferConsult', call: hand.id, to: desk.target }, true)
        : null
    case 'NumpadDecimal':
      return hand && verb(hand, 'transferCancel', { kind: 'transferCancel', call: hand.id })
    case 'NumpadMultiply':
      return swap(desk)
    case 'NumpadSubtract':
      return hangUp(desk)
    case 'NumpadDivide':
      return hand && verb(hand, 'mute', { kind: 'mute', call: hand.id, on: !hand.muted })
    default:
      return null
  }
}

function functionKey(press: Press, desk: Situation): Meaning | null {
  if (press.ctrl || press.alt) return null
  const hand = actsUpon(desk.calls)
  switch (press.key) {
    case 'F1':
      return press.shift ? { kind: 'help' } : null
    case 'F4':
      return { kind: 'list' }
    case 'F7':
      if (!hand) return { kind: 'nothing' }
      if (press.shift) return threeWay(desk, hand) ?? { kind: 'nothing' }
      return (
        verb(hand, 'resume', { kind: 'resume', call: hand.id }) ??
        verb(hand, 'hold', { kind: 'hold', call: hand.id }) ?? { kind: 'nothing' }
      )
    case 'F11':
      return whatWaits(desk) ?? { kind: 'nothing' }
    case 'F12':
      return hangUp(desk) ?? { kind: 'nothing' }
    default:
      return null
  }
}

function chord(press: Press, desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  if (press.alt && !press.ctrl && /^Digit[1-3]$/.test(press.code)) {
    const suggestion = hand?.suggestions[Number(press.code.at(-1)) - 1]
    return hand && suggestion ? verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: suggestion.to }) : null
  }
  if (!press.ctrl || press.alt) return null
  if (press.key.toLowerCase() === 'k') return { kind: 'home' }
  if (press.key.toLowerCase() === 'm' && hand) return verb(hand, 'mute', { kind: 'mute', call: hand.id, on: !hand.muted })
  if (press.key === 'Backspace' && hand) return verb(hand, 'transferCancel', { kind: 'transferCancel', call: hand.id })
  if (press.key === 'ArrowUp' || press.key === 'ArrowDown') return swap(desk)
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1]
  return digit && hand ? verb(hand, 'digits', { kind: 'digits', call: hand.id, digits: digit }) : null
}

function movement(press: Press, desk: Situation): Meaning | null {
  if (press.key === 'Escape') return { kind: 'home' }
  if (!desk.home || press.ctrl || press.alt || press.shift) return null
  if (press.key === 'ArrowDown') return { kind: 'choose', step: 1 }
  return press.key === 'ArrowUp' ? { kind: 'choose', step: -1 } : null
}

/** F11 is "the thing that waits for me": a recalled call, then a transfer that can be taken back, then a ring. */
function whatWaits(desk: Situation): Meaning | null {
  const [first] = waiting(desk.calls)
  const undone = desk.calls.find((call) => call.state.kind === 'transferring' && call.state.stage.kind === 'blind')
  if (undone && first?.state.kind !== 'recalled') return verb(undone, 'transferCancel', { kind: 'transferCancel', call: undone.id })
  return first ? command({ kind: 'answer', call: first.id }) : null
}

function hangUp(desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  const [caller] = waiting(desk.calls)
  if (hand?.verbs.includes('transferCancel')) return command({ kind: 'transferCancel', call: hand.id })
  const ended = hand && verb(hand, 'hangUp', { kind: 'hangUp', call: hand.id })
  return ended ?? (caller ? verb(caller, 'reject', { kind: 'reject', call: caller.id }) : null)
}

function swap(desk: Situation): Meaning | null {
  const other = aside(desk.calls).find((call) => call.verbs.includes('resume'))
  return other ? command({ kind: 'resume', call: other.id }) : null
}

function threeWay(desk: Situation, hand: Call): Meaning | null {
  const other = hand.state.kind === 'transferring' ? null : (joinable(desk.calls, hand)?.id ?? null)
  return verb(hand, 'threeWay', { kind: 'threeWay', call: hand.id, with: other })
}

function verb(call: Call, wanted: Call['verbs'][number], meant: Command, clears = false): Meaning | null {
  return call.verbs.includes(wanted) ? command(meant, clears) : null
}
