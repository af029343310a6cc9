// What a key means now.
//
// The search box is home and never loses what was typed. Enter asks, in this order: is there a call in hand and a
// target, is the field empty while something rings, is there something to dial. For 300 ms after a ring starts Enter
// keeps the meaning it had, so that nobody answers by typing. Keys of the numeric pad are verbs only while they have
// an object, and type as soon as the field begins like a number. Which other key does what is a table (actions.ts).

import type { Call, KeySettings } from '@balie/host'
import { act, confirm, digit, type Meaning } from './act.ts'
import { actionOf } from './actions.ts'
import { pressedChord } from './chords.ts'

export type { Meaning, Place, Subject } from './act.ts'

/** A key press, as far as it matters here. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'shiftKey' | 'altKey' | 'metaKey'>

/** What the desk looks like when the key is pressed. */
export type Situation = {
  calls: readonly Call[]
  /** What stands in the search box. */
  text: string
  /** What Enter would reach: the chosen row or tile, or the typed number. */
  target: string | null
  /** Whether the focus is on the search box or on nothing. */
  home: boolean
  /** Whether the focus is in a field other than the search box. */
  writes: boolean
  /** The call whose card has the focus. */
  focused: string | null
  /** The colleague from whom somebody can be taken. */
  takes: string | null
  /** When the ring of a call was first seen here. */
  rangAt: (call: Call) => number
  now: number
  keys: KeySettings
}

/** Keys by which a web view would search, reload, print or fill the screen. */
const OF_THE_WEB_VIEW = ['F3', 'F5', 'F7', 'F11', 'F12', 'Ctrl+F', 'Ctrl+P', 'Ctrl+R', 'Ctrl+F5', 'Ctrl+G']
/** Keys that edit a text of lines and words, and stay with the field that has one. */
const EDITS = /(^|\+)(Numpad\w+|Enter|Backspace|Delete|Arrow\w+|Home|End)$/

/** The meaning of `press`, or null where the key keeps its ordinary effect. */
export function meaning(press: Press, desk: Situation): Meaning | null {
  if (press.metaKey) return null
  const chord = pressedChord(press)
  if (chord === null || (desk.writes && EDITS.test(chord))) return null
  const said = enter(press, desk) ?? action(chord, press, desk) ?? toneOf(press, desk) ?? movement(press, desk)
  return said ?? (OF_THE_WEB_VIEW.includes(chord) ? { kind: 'nothing' } : null)
}

function enter(press: Press, desk: Situation): Meaning | null {
  if (press.key !== 'Enter' || !desk.home || press.ctrlKey || press.altKey || press.shiftKey) return null
  return confirm(desk)
}

function action(chord: string, press: Press, desk: Situation): Meaning | null {
  const name = actionOf(chord, desk.keys)
  if (name === null) return null
  // On the pad, a sign types where it has no object, and where a number is being typed. With the number lock off
  // the pad moves the cursor and deletes.
  const types = chord.startsWith('Numpad')
  if (types && (press.key.length !== 1 || /^\s*[\d+*#]/.test(desk.text))) return null
  // Enter belongs to the button that has the focus.
  if (chord === 'Shift+Enter' && !desk.home) return null
  return act(name, desk) ?? (types || chord === 'Shift+Enter' ? null : { kind: 'nothing' })
}

/** Ctrl and a digit sends it to the other side. */
function toneOf(press: Press, desk: Situation): Meaning | null {
  if (!press.ctrlKey || press.altKey) return null
  const pressed = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1]
  return pressed ? digit(pressed, desk) : null
}

function movement(press: Press, desk: Situation): Meaning | null {
  if (press.key === 'Escape') return { kind: 'home' }
  if (!desk.home || press.ctrlKey || press.altKey || press.shiftKey) return null
  if (press.key === 'ArrowDown') return { kind: 'choose', step: 1 }
  return press.key === 'ArrowUp' ? { kind: 'choose', step: -1 } : null
}
