// What can be set and where it stands: the one list behind the menu of the settings and their search.

import type { Texts } from '@balie/texts'

export type Item = keyof Texts['settings']['items']
export type Section = keyof Texts['settings']['sections']

export const SECTIONS: readonly { id: Section; items: readonly Item[] }[] = [
  { id: 'account', items: ['accounts', 'addAccount', 'signOut'] },
  {
    id: 'sound',
    items: [
      'microphone', 'speaker', 'speakerVolume', 'ringer', 'ringerVolume', 'testCall', 'cancelsEcho', 'suppressesNoise', 'levelsVoice',
    ],
  },
  { id: 'calls', items: ['incomingWindow', 'notifications', 'oneClickTransfer', 'holdReminder'] },
  { id: 'keys', items: ['profile', 'global', 'table', 'keyText'] },
  { id: 'looks', items: ['language', 'theme', 'zoom'] },
  { id: 'links', items: ['links', 'trustedSites'] },
  { id: 'desktop', items: ['startsWithSystem', 'staysWhenClosed', 'tray', 'keyStore'] },
  { id: 'network', items: ['registration', 'exchange', 'callSound', 'diagnosis'] },
  { id: 'about', items: ['version', 'licence'] },
]

export type Found = { item: Item; section: Section }

/** The settings that `text` is about: every word of it begins a word of the setting or of its section. */
export function find(text: string, t: Texts): Found[] {
  const wanted = words(text)
  if (wanted.length === 0) return []
  const hits = (heap: string) => {
    const there = words(heap)
    return wanted.every((word) => there.some((other) => other.startsWith(word)))
  }
  const all = SECTIONS.flatMap(({ id, items }) => items.map((item) => ({ item, section: id })))
  const byTitle = all.filter(({ item }) => hits(t.settings.items[item].title))
  const byRest = all.filter(({ item, section }) => {
    const { title, also } = t.settings.items[item]
    return hits(`${title} ${also} ${t.settings.sections[section]}`)
  })
  return [...byTitle, ...byRest.filter((found) => !byTitle.includes(found))]
}

/** Small letters without accents and signs. */
function words(text: string): string[] {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}
