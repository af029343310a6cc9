// What a key means now.
//
// The search box is home and never loses what was typed. Enter asks, in this order: is there a call in hand and a
// target, is the field empty while something rings, is there something to dial. For 300 ms after a ring starts Enter
// keeps the meaning it had, so that nobody answers by typing. Keys of the numeric pad are verbs only while they have
// an object, and type as soon as the field begins like a number. Which other key does what is a table (actions.ts).

import type { Call, Command, KeySettings } from '@balie/host'
import { actsUpon, aside, joinable, waiting } from '../calls.ts'
import { type ActionName, actionOf } from './actions.ts'
import { pressedChord } from './chords.ts'

/** A key press, as far as it matters here. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>

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
  keys: KeySettings
}

export type Place = 'outstanding' | 'colleagues' | 'caller' | 'note' | 'settings' | 'help'

export type Meaning =
  | { kind: 'command'; command: Command; clears: boolean }
  | { kind: 'choose'; step: 1 | -1 }
  | { kind: 'home' }
  | { kind: 'go'; place: Place }
  /** The key is Balie's, or one that a page must not have, and does nothing now. */
  | { kind: 'nothing' }

const GRACE_MS = 300
/** Keys by which a web view would search, reload, print or fill the screen. */
const OF_THE_WEB_VIEW = ['F3', 'F5', 'F7', 'F11', 'F12', 'Ctrl+F', 'Ctrl+P', 'Ctrl+R', 'Ctrl+G']

/** The meaning of `press`, or null where the key keeps its ordinary effect. */
export function meaning(press: Press, desk: Situation): Meaning | null {
  if (press.metaKey) return null
  const chord = pressedChord(press)
  if (chord === null) return null
  const said = enter(press, desk) ?? action(chord, desk) ?? digit(press, desk) ?? movement(press, desk)
  return said ?? (OF_THE_WEB_VIEW.includes(chord) ? { kind: 'nothing' } : null)
}

function command(command: Command, clears = false): Meaning {
  return { kind: 'command', command, clears }
}

function enter(press: Press, desk: Situation): Meaning | null {
  if (press.key !== 'Enter' || !desk.home || press.ctrlKey || press.altKey || press.shiftKey) return null
  const hand = actsUpon(desk.calls)
  if (hand && desk.target !== null) {
    return verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: desk.target }, true) ?? { kind: 'nothing' }
  }
  if (desk.text.trim() === '') {
    if (hand?.verbs.includes('transferComplete')) return command({ kind: 'transferComplete', call: hand.id })
    const caller = waiting(desk.calls)[0]
    if (!caller) return null
    return desk.now - caller.since < GRACE_MS ? { kind: 'nothing' } : command({ kind: 'answer', call: caller.id })
  }
  return desk.target !== null && !hand ? command({ kind: 'dial', to: desk.target }, true) : null
}

function action(chord: string, desk: Situation): Meaning | null {
  const name = actionOf(chord, desk.keys)
  if (name === null) return null
  // On the pad, a sign types where it has no object, and where a number is being typed.
  const types = chord.startsWith('Numpad')
  if (types && /^\s*[\d+*#]/.test(desk.text)) return null
  // Enter belongs to the button that has the focus.
  if (chord === 'Shift+Enter' && !desk.home) return null
  return act(name, desk) ?? (types || chord === 'Shift+Enter' ? null : { kind: 'nothing' })
}

function act(name: ActionName, desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  switch (name) {
    case 'waiting':
      return whatWaits(desk)
    case 'hangUp':
      return hangUp(desk)
    case 'hold':
      return hand && (verb(hand, 'resume', { kind: 'resume', call: hand.id }) ?? verb(hand, 'hold', { kind: 'hold', call: hand.id }))
    case 'mute':
      return hand && verb(hand, 'mute', { kind: 'mute', call: hand.id, on: !hand.muted })
    case 'swap':
      return swap(desk)
    case 'threeWay':
      return hand && threeWay(desk, hand)
    case 'consult':
      return hand && desk.target !== null ? verb(hand, 'transferConsult', { kind: 'transferConsult', call: hand.id, to: desk.target }, true) : null
    case 'cancel':
      return hand && verb(hand, 'transferCancel', { kind: 'transferCancel', call: hand.id })
    case 'suggested1':
    case 'suggested2':
    case 'suggested3': {
      const suggestion = hand?.suggestions[Number(name.at(-1)) - 1]
      return hand && suggestion ? verb(hand, 'transferBlind', { kind: 'transferBlind', call: hand.id, to: suggestion.to }) : null
    }
    case 'home':
      return { kind: 'home' }
    case 'outstanding':
    case 'colleagues':
    case 'caller':
    case 'note':
    case 'settings':
    case 'help':
      return { kind: 'go', place: name }
  }
}

/** Ctrl and a digit sends it to the other side. */
function digit(press: Press, desk: Situation): Meaning | null {
  if (!press.ctrlKey || press.altKey) return null
  const hand = actsUpon(desk.calls)
  const pressed = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1]
  return pressed && hand ? verb(hand, 'digits', { kind: 'digits', call: hand.id, digits: pressed }) : null
}

function movement(press: Press, desk: Situation): Meaning | null {
  if (press.key === 'Escape') return { kind: 'home' }
  if (!desk.home || press.ctrlKey || press.altKey || press.shiftKey) return null
  if (press.key === 'ArrowDown') return { kind: 'choose', step: 1 }
  return press.key === 'ArrowUp' ? { kind: 'choose', step: -1 } : null
}

/** "The thing that waits for me": a recalled call, then a transfer that can be taken back, then a ring. */
function whatWaits(desk: Situation): Meaning | null {
  const [first] = waiting(desk.calls)
  const undone = desk.calls.find((call) => call.state.kind === 'transferring' && call.state.stage.kind === 'blind' && call.verbs.includes('transferCancel'))
  if (undone && first?.state.kind !== 'recalled') return command({ kind: 'transferCancel', call: undone.id })
  return first ? command({ kind: 'answer', call: first.id }) : null
}

function hangUp(desk: Situation): Meaning | null {
  const hand = actsUpon(desk.calls)
  const [caller] = waiting(desk.calls)
  const consults = hand?.state.kind === 'transferring' && hand.state.stage.kind === 'consult'
  if (hand && consults) return verb(hand, 'transferCancel', { kind: 'transferCancel', call: hand.id })
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
