import type { Recent } from '@balie/host'
import { texts } from '@balie/texts'
import { describe, expect, it } from 'vitest'
import { byDay } from './days.ts'

const NOW = new Date(2026, 10, 28, 0, 30).getTime()
const HOUR = 3_600_000

function recent(id: string, at: number, missed = false): Recent {
  return {
    id, at, direction: 'incoming', party: { name: id, number: '201', colleague: null }, via: null,
    outcome: missed ? { kind: 'missed' } : { kind: 'answered', seconds: 1 },
  }
}

describe('calls by day', () => {
  it('go by midnight and not by 24 hours, and count what was missed', () => {
    const recents = [recent('a', NOW - 60_000), recent('b', NOW - HOUR, true), recent('c', NOW - 2 * HOUR, true), recent('d', NOW - 49 * HOUR)]
    const days = byDay(recents, NOW, texts.nl, 'nl')
    expect(days.map(({ title, today, missed, recents }) => [title, today, missed, recents.length])).toEqual([
      ['Vandaag', true, 0, 1], ['Gisteren', false, 2, 2], ['Woensdag 25 november', false, 0, 1],
    ])
  })

  it('are none without calls', () => expect(byDay([], NOW, texts.nl, 'nl')).toEqual([]))
})
