import type { Problem } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { diagnosis } from './diagnosis.ts'

const AT = Date.UTC(2026, 10, 28, 12, 52, 7)
const problem = (detail: string | null): Problem => ({
  id: 0, code: 'exchange-lost', detail, account: null, at: AT,
  sentence: { nl: 'Sanne is weg van centrale.bedrijf.nl', en: 'x' }, remedy: { nl: 'Bel 0101234567', en: 'x' },
})

describe('the diagnosis', () => {
  it('says what failed, since when and how often it was tried', () => {
    expect(diagnosis({ kind: 'stale', since: AT, attempt: 2, retryAt: null, problem: problem('SIP 408') })).toBe(
      'Balie · stale · exchange-lost · SIP 408 · since 2026-11-28T12:52:07Z · attempt 2',
    )
  })

  it('leaves out sentences, hosts and numbers', () => {
    for (const detail of ['centrale.bedrijf.nl', '10.0.0.7:5061', 'sanne@bedrijf.nl', '+31101234567', null]) {
      expect(diagnosis({ kind: 'refused', problem: problem(detail) })).toBe('Balie · refused · exchange-lost · since 2026-11-28T12:52:07Z')
    }
  })
})
