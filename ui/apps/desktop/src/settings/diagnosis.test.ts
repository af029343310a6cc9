import { emptyModel, type ViewModel } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { diagnosis } from './diagnosis.ts'

const HERE = { version: '0.1.0', browser: 'WebKit', language: 'nl', width: 420, height: 760, now: Date.UTC(2026, 10, 22, 13, 7) }

function model(): ViewModel {
  const words = { nl: 'Jansen', en: 'Jansen' }
  const problem = { id: 1, code: 'exchange-lost' as const, sentence: words, remedy: words, detail: 'pbx.jansen.example', account: 'Jansen', at: 0 }
  const party = { name: 'Jansen', number: '+31991234567', colleague: null }
  return {
    ...emptyModel(),
    account: {
      id: 'a', name: 'Sanne Jansen', address: 'sanne@jansen.example', extension: '421', shownNumber: '+31992000421', doNotDisturb: false,
      registration: { kind: 'stale', since: 0, attempt: 3, retryAt: null, problem },
    },
    calls: [{
      id: 'c', direction: 'incoming', party, joined: [], members: [], state: { kind: 'active' }, since: 0, connectedSince: 0, muted: false, account: null, via: 'Jansen',
      sentBy: party, digits: '1234', sound: { codec: 'opus', wideband: true, level: 4 }, emergency: false, suggestions: [], note: 'Jansen belt',
      earlier: [], verbs: [],
    }],
    problems: [problem],
    devices: { microphones: [{ id: 'x', name: 'Oortjes van Jansen', isDefault: true }], speakers: [] },
  }
}

describe('the diagnosis', () => {
  it('tells what a help desk asks', () => {
    const text = diagnosis(model(), HERE)

    expect(text).toContain('registration: stale since 1970-01-01T00:00:00.000Z, attempt 3, exchange-lost')
    expect(text).toContain('call: incoming, active, opus 4/5')
    expect(text).toContain('microphones: 1, chosen: system')
  })

  it('holds no name, number or address', () => {
    expect(diagnosis(model(), HERE)).not.toMatch(/jansen|sanne|421|3199|1234|example/i)
  })

  it('lets a code of the protocol through, which names nobody', () => {
    const lost = model()
    const registration = lost.account?.registration
    if (registration?.kind === 'stale') registration.problem.detail = 'SIP 408'

    expect(diagnosis(lost, HERE)).toContain('exchange-lost (SIP 408)')
  })
})
