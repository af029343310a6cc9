// Chords: what is pressed, how it is written, and which of them can be given to something.
//
// A chord is written as `Ctrl+Shift+F11`: modifiers in this order (Ctrl, Alt, Shift), then the key. Keys of the
// numeric pad keep the name of their place (`NumpadAdd`), for there they are other keys than those that type the
// same sign.

import type { KeySettings } from '@balie/host'
import type { KeyAction } from './actions.ts'

/** The chord of `action` as things stand. */
export function chordOf(action: KeyAction, keys: KeySettings): string {
  return keys.changed[action.name] ?? action.usual
}

/** `keys` with `chord` for `name`; whoever had it before has none any more. Chords of the profile are not stored. */
export function withChord(keys: KeySettings, actions: readonly KeyAction[], name: string, chord: string, from: string | null): KeySettings {
  const changed = { ...keys.changed, [name]: chord }
  if (from !== null) changed[from] = ''
  for (const action of actions) if (changed[action.name] === action.usual) delete changed[action.name]
  return { ...keys, changed }
}

const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'Dead']

/** The chord that is being pressed; null while only modifiers are. */
export function pressedChord(event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'altKey' | 'shiftKey'>): string | null {
  if (MODIFIERS.includes(event.key)) return null
  const place = /^(?:Digit(\d)|Key([A-Z])|(Numpad.+))$/.exec(event.code)
  const key = place?.[1] ?? place?.[2] ?? place?.[3] ?? (event.key === ' ' ? 'Space' : event.key)
  return [event.ctrlKey && 'Ctrl', event.altKey && 'Alt', event.shiftKey && 'Shift', key].filter(Boolean).join('+')
}

export type Fault = 'typing' | 'altGr' | 'reserved'

/** Why `chord` cannot be given to anything. */
export function faultOf(chord: string): Fault | null {
  const parts = chord.split('+')
  const key = parts.at(-1) ?? ''
  const [ctrl, alt] = [parts.includes('Ctrl'), parts.includes('Alt')]
  if (ctrl && alt) return 'altGr'
  if (['Tab', 'Escape'].includes(key)) return 'reserved'
  if (ctrl || alt || /^F\d+$/.test(key) || /^Numpad(Add|Subtract|Multiply|Divide|Decimal)$/.test(key)) return null
  return key === 'Enter' || key === 'NumpadEnter' || key.startsWith('Arrow') ? 'reserved' : 'typing'
}

const SIGNS: Record<string, string> = {
  ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Enter: '⏎', Backspace: '⌫', NumpadAdd: 'Num +', NumpadSubtract: 'Num −',
  NumpadMultiply: 'Num *', NumpadDivide: 'Num /', NumpadDecimal: 'Num .', NumpadEnter: 'Num ⏎', Shift: '⇧',
}

/** `chord` as it stands on keys. */
export function chordWords(chord: string): string {
  return chord.split('+').map((part) => SIGNS[part] ?? part.replace(/^Numpad/, 'Num ')).join(' ')
}
