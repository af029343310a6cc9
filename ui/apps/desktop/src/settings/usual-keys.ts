// The actions that have a key in this window, and their chords in each profile.

import type { KeySettings } from '@balie/host'
import type { Texts } from '@balie/texts'
import { chordOf, type KeyTable } from './key-table.ts'

const ACTIONS: readonly { name: string; title: (t: Texts) => string; bedienpost: string; laptop: string }[] = [
  { name: 'waiting', title: (t) => `${t.verb.answer} (${t.keys.waiting.toLowerCase()})`, bedienpost: 'F11', laptop: 'F11' },
  { name: 'hangUp', title: (t) => `${t.verb.hangUp} / ${t.verb.reject.toLowerCase()}`, bedienpost: 'F12', laptop: 'F12' },
  { name: 'hold', title: (t) => `${t.verb.hold} / ${t.verb.resume.toLowerCase()}`, bedienpost: 'F7', laptop: 'F7' },
  { name: 'mute', title: (t) => t.verb.mute, bedienpost: 'Ctrl+M', laptop: 'Ctrl+M' },
  { name: 'consult', title: (t) => t.verb.transferConsult, bedienpost: 'NumpadAdd', laptop: 'Shift+Enter' },
  { name: 'cancel', title: (t) => t.verb.transferCancel, bedienpost: 'NumpadDecimal', laptop: 'Ctrl+Backspace' },
  { name: 'threeWay', title: (t) => t.verb.threeWay, bedienpost: 'Shift+F7', laptop: 'Shift+F7' },
  { name: 'swap', title: (t) => t.keys.swap, bedienpost: 'NumpadMultiply', laptop: 'Ctrl+ArrowUp' },
  { name: 'lists', title: (t) => t.keys.lists, bedienpost: 'F4', laptop: 'F4' },
  { name: 'home', title: (t) => t.keys.home, bedienpost: 'Ctrl+K', laptop: 'Ctrl+K' },
  { name: 'help', title: (t) => t.keys.title, bedienpost: 'Shift+F1', laptop: 'Shift+F1' },
]

function actions(profile: KeySettings['profile'], t: Texts) {
  return ACTIONS.map(({ name, title, ...usual }) => ({ name, title: title(t), usual: usual[profile] }))
}

export const usualKeys: KeyTable = {
  actions,
  conflict(keys, name, chord) {
    if (chord === '') return null
    const holder = ACTIONS.find((other) => other.name !== name && chordOf({ ...other, title: '', usual: other[keys.profile] }, keys) === chord)
    return holder?.name ?? null
  },
}
