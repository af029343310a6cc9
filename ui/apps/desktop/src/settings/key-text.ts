// Keys as text: to keep them, and to take over those of a colleague. A text is taken whole or not at all.

import type { KeySettings } from '@balie/host'
import type { Texts } from '@balie/texts'
import { actionsOf, conflict } from '../keys/actions.ts'
import { chordOf, faultOf } from '../keys/chords.ts'

/** The keys as JSON that people can read. */
export function keysToText({ profile, changed }: KeySettings): string {
  return JSON.stringify({ profile, changed: Object.fromEntries(Object.entries(changed).sort()) }, null, 2)
}

/** The keys in `text`, on top of what the text does not say; or the sentence that says what is wrong with it. */
export function keysFromText(text: string, now: KeySettings, t: Texts): KeySettings | string {
  const read = parse(text)
  if (!read) return t.settings.keys.notJson
  const keys = { ...now, ...read }
  const actions = actionsOf(keys.profile, t)
  for (const [name, chord] of Object.entries(keys.changed)) {
    if (!actions.some((action) => action.name === name)) return t.settings.keys.unknown(name)
    if (chord !== '' && faultOf(chord) !== null) return t.settings.keys.unknown(chord)
  }
  for (const action of actions) {
    const other = conflict(keys, action.name, chordOf(action, keys))
    if (other !== null) return t.settings.keys.clash(action.title, actions.find(({ name }) => name === other)?.title ?? other)
  }
  return keys
}

function parse(text: string): Pick<KeySettings, 'profile' | 'changed'> | null {
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read !== 'object' || read === null || !('profile' in read) || !('changed' in read)) return null
    const { profile, changed } = read
    if (profile !== 'bedienpost' && profile !== 'laptop') return null
    if (typeof changed !== 'object' || changed === null || !Object.values(changed).every((chord) => typeof chord === 'string')) return null
    return { profile, changed: changed as Record<string, string> }
  } catch {
    return null
  }
}
