import type { Call } from '@balie/host'
import { texts } from '@balie/texts'
import { describe, expect, it } from 'vitest'
import { callerFacts } from './incoming.ts'

const NOW = new Date(2026, 10, 28, 14, 7).getTime()
const BAKERY = { name: 'Bakkerij Jansen BV', number: '+31991234567', colleague: null }
const BAS = { name: 'Bas Kuiper', number: '412', colleague: '412' }

function facts(extra: Partial<Call>, extension: string | null = '421') {
  const call: Call = {
    id: 'c', direction: 'incoming', party: BAKERY, joined: [], members: [], state: { kind: 'ringing' }, since: NOW, connectedSince: null, muted: false,
    account: null, via: null, sentBy: null, digits: '', sound: null, emergency: false, suggestions: [], note: '', earlier: [], verbs: ['answer', 'reject'], ...extra,
  }
  return callerFacts(call, extension, NOW, texts.nl, 'nl')
}

describe('what is said of a caller', () => {
  it('is for whom, who sent it with which note, and who spoke before', () => {
    const earlier = [{ at: NOW - 120_000, with: BAS, seconds: 60 }, { at: NOW - 240_000, with: null, seconds: 0 }]
    expect(facts({ via: 'Algemeen', sentBy: BAS, note: ' vraagt naar offerte ', earlier })).toEqual({
      title: 'Bakkerij Jansen BV', detail: '+31 99 123 45 67',
      lines: ['Voor: Algemeen', 'Doorgezet door: Bas Kuiper – “vraagt naar offerte”', 'Sprak 14:05 met Bas Kuiper'],
    })
  })

  it('is only the extension when nothing is known', () => {
    expect(facts({ party: { name: null, number: null, colleague: null } })).toEqual({
      title: 'Anoniem', detail: 'nummer afgeschermd', lines: ['Rechtstreeks op 421'],
    })
    expect(facts({}, null).lines).toEqual([])
  })

  it('is the account that is called where there are several', () => {
    expect(facts({ account: 'Receptie' }).lines).toEqual(['Voor: Receptie'])
    expect(facts({ account: 'Receptie', via: 'Algemeen' }).lines).toEqual(['Voor: Algemeen · Receptie'])
  })

  it('is from whom a transfer came back, why, and how long they are on the line', () => {
    const state = { kind: 'recalled', from: BAS, reason: 'noAnswer' } as const
    expect(facts({ state, connectedSince: NOW - 82_000 })).toEqual({
      title: 'Bakkerij Jansen BV – terug van Bas Kuiper (412)', detail: 'nam niet op · 1:22 aan de lijn', lines: [],
    })
  })
})
