// Past calls by the day on which they were.

import type { Recent } from '@balie/host'
import type { Language, Texts } from '@balie/texts'

export type Day = { title: string; today: boolean; missed: number; recents: Recent[] }

/** Groups `recents`, which are newest first, by the days of the reader's own clock. */
export function byDay(recents: readonly Recent[], now: number, t: Texts, language: Language): Day[] {
  const days: Day[] = []
  let last = ''
  for (const recent of recents) {
    const date = new Date(recent.at).toDateString()
    if (date !== last) days.push({ title: dayTitle(recent.at, now, t, language), today: isSameDay(recent.at, now), missed: 0, recents: [] })
    last = date
    const day = days.at(-1)
    if (!day) continue
    day.recents.push(recent)
    if (recent.outcome.kind === 'missed') day.missed++
  }
  return days
}

/** "Vandaag", "Gisteren", and before that the weekday with its date. */
function dayTitle(at: number, now: number, t: Texts, language: Language): string {
  if (isSameDay(at, now)) return t.day.today
  const yesterday = new Date(now)
  yesterday.setDate(yesterday.getDate() - 1)
  if (isSameDay(at, yesterday.getTime())) return t.day.yesterday
  const locale = language === 'nl' ? 'nl-NL' : 'en-GB'
  const title = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }).format(at)
  return title.charAt(0).toUpperCase() + title.slice(1)
}

function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}
