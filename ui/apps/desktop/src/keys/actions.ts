// What can be done with a key, and which keys do it in each profile. The one table: keys, cheat sheet, settings and
// the legend at the bottom all read it.
//
// `changed` of the settings gives an action another key, or none; the usual ones of that action are free then.

import type { KeySettings } from '@balie/host'
import type { Texts } from '@balie/texts'
import { chordWords } from './chords.ts'

export type Group = 'calls' | 'transfer' | 'places' | 'speech'

/** The groups in the order in which they are listed. */
export const GROUPS: readonly Group[] = ['calls', 'transfer', 'places', 'speech']

/** Names of what can have a key, as they stand in `KeySettings.changed`. */
export type ActionName =
  | 'waiting' | 'hangUp' | 'hold' | 'mute' | 'swap' | 'threeWay'
  | 'consult' | 'cancel' | 'suggested1' | 'suggested2' | 'suggested3'
  | 'available' | 'doNotDisturb' | 'speakCall' | 'speakOutstanding' | 'speakTarget' | 'speakAgain'
  | 'home' | 'outstanding' | 'colleagues' | 'caller' | 'note' | 'settings' | 'help'

type Action = { name: ActionName; group: Group; title: (t: Texts) => string; bedienpost: readonly string[]; laptop: readonly string[] }

const both = (...chords: string[]) => ({ bedienpost: chords, laptop: chords })

const ACTIONS: readonly Action[] = [
  { name: 'waiting', group: 'calls', title: (t) => t.keys.waiting, ...both('F11') },
  { name: 'hangUp', group: 'calls', title: (t) => t.keys.hangUp, bedienpost: ['F12', 'NumpadSubtract'], laptop: ['F12'] },
  { name: 'hold', group: 'calls', title: (t) => t.keys.hold, ...both('F7') },
  { name: 'mute', group: 'calls', title: (t) => t.verb.mute, bedienpost: ['Ctrl+M', 'NumpadDivide'], laptop: ['Ctrl+M'] },
  { name: 'swap', group: 'calls', title: (t) => t.keys.swap, bedienpost: ['Ctrl+ArrowUp', 'Ctrl+ArrowDown', 'NumpadMultiply'], laptop: ['Ctrl+ArrowUp', 'Ctrl+ArrowDown'] },
  { name: 'threeWay', group: 'calls', title: (t) => t.verb.threeWay, ...both('Shift+F7') },
  { name: 'available', group: 'calls', title: (t) => t.account.registered, ...both('Ctrl+F1') },
  { name: 'doNotDisturb', group: 'calls', title: (t) => t.account.doNotDisturb, ...both('Ctrl+F3') },
  { name: 'consult', group: 'transfer', title: (t) => t.verb.transferConsult, bedienpost: ['NumpadAdd', 'Shift+Enter'], laptop: ['Shift+Enter'] },
  { name: 'cancel', group: 'transfer', title: (t) => t.verb.transferCancel, bedienpost: ['NumpadDecimal', 'Ctrl+Backspace'], laptop: ['Ctrl+Backspace'] },
  { name: 'suggested1', group: 'transfer', title: (t) => t.keys.suggested(1), ...both('Alt+1') },
  { name: 'suggested2', group: 'transfer', title: (t) => t.keys.suggested(2), ...both('Alt+2') },
  { name: 'suggested3', group: 'transfer', title: (t) => t.keys.suggested(3), ...both('Alt+3') },
  { name: 'home', group: 'places', title: (t) => t.keys.home, ...both('Ctrl+K', 'Ctrl+F') },
  { name: 'outstanding', group: 'places', title: (t) => t.keys.outstanding, ...both('F3') },
  { name: 'colleagues', group: 'places', title: (t) => t.keys.lists, ...both('F4') },
  { name: 'caller', group: 'places', title: (t) => t.keys.caller, ...both('F5') },
  { name: 'note', group: 'places', title: (t) => t.keys.note, ...both('Alt+N') },
  { name: 'settings', group: 'places', title: (t) => t.settings.title, ...both('Ctrl+,') },
  { name: 'help', group: 'places', title: (t) => t.keys.title, ...both('Shift+F1') },
  { name: 'speakCall', group: 'speech', title: (t) => t.keys.speakCall, ...both('Alt+C') },
  { name: 'speakOutstanding', group: 'speech', title: (t) => t.keys.speakOutstanding, ...both('Alt+U') },
  { name: 'speakTarget', group: 'speech', title: (t) => t.keys.speakTarget, ...both('Alt+T') },
  { name: 'speakAgain', group: 'speech', title: (t) => t.keys.speakAgain, ...both('Alt+R') },
]

/** Something that can have a key, for a screen that lists it. */
export type KeyAction = {
  name: ActionName
  group: Group
  title: string
  /** The first chord in the profile. */
  usual: string
}

/** Everything that can have a key under `profile`, in the order in which it is listed. */
export function actionsOf(profile: KeySettings['profile'], t: Texts): readonly KeyAction[] {
  return ACTIONS.map(({ name, group, title, ...usual }) => ({ name, group, title: title(t), usual: usual[profile][0] ?? '' }))
}

/** The chords that do this now; the first is the one to show. */
export function chordsOf(name: ActionName, keys: KeySettings): readonly string[] {
  const changed = keys.changed[name]
  if (changed !== undefined) return changed === '' ? [] : [changed]
  return ACTIONS.find((action) => action.name === name)?.[keys.profile] ?? []
}

/** The key to show for it, as it stands on keys; empty where it has none. */
export function keyOf(name: ActionName, keys: KeySettings): string {
  return chordWords(chordsOf(name, keys)[0] ?? '')
}

/** What [`keyOf`] says, of everything that has a key. */
export function shownKeys(keys: KeySettings): Readonly<Record<string, string>> {
  return Object.fromEntries(ACTIONS.map(({ name }) => [name, keyOf(name, keys)]).filter(([, key]) => key !== ''))
}

/** What `chord` does now. */
export function actionOf(chord: string, keys: KeySettings): ActionName | null {
  return ACTIONS.find(({ name }) => chordsOf(name, keys).includes(chord))?.name ?? null
}

/** The name of another action than `name` that has `chord` now. */
export function conflict(keys: KeySettings, name: string, chord: string): ActionName | null {
  if (chord === '') return null
  return ACTIONS.find((other) => other.name !== name && chordsOf(other.name, keys).includes(chord))?.name ?? null
}
