import { describe, expect, it } from 'vitest'
import { age, duration, fingerprint, moment, nationalNumber, phoneNumber } from './format.ts'

describe('duration', () => {
  it('counts seconds, minutes and hours', () => {
    expect([0, 7_999, 751_000, 3_723_000, -4_000].map(duration)).toEqual(['0:00', '0:07', '12:31', '1:02:03', '0:00'])
  })
})

describe('age', () => {
  it('says one unit in the language of the reader', () => {
    expect([40_000, 240_000, 10_800_000, 200_000_000].map((ms) => age(ms, 'nl'))).toEqual(['40\u00a0s', '4\u00a0min', '3\u00a0u', '2\u00a0d'])
    expect(age(10_800_000, 'en')).toBe('3\u00a0h')
  })
})

describe('moment', () => {
  it('shows the time today and the date later', () => {
    const now = new Date(2026, 10, 22, 14, 7).getTime()
    expect(moment(new Date(2026, 10, 22, 9, 12).getTime(), now, 'nl')).toBe('09:12')
    expect(moment(new Date(2026, 10, 20, 9, 12).getTime(), now, 'nl')).toBe('vr')
    expect(moment(new Date(2026, 10, 3, 9, 12).getTime(), now, 'en')).toBe('3 Nov')
  })
})

describe('phoneNumber', () => {
  it('groups Dutch numbers by area', () => {
    expect(phoneNumber('+31101234567')).toBe('+31 10 123 45 67')
    expect(phoneNumber('+31611223344')).toBe('+31 6 11 22 33 44')
    expect(phoneNumber('+31115123456')).toBe('+31 115 12 34 56')
  })

  it('leaves extensions and codes alone', () => {
    expect(['421', '*21#', 'bas@elders.example'].map(phoneNumber)).toEqual(['421', '*21#', 'bas@elders.example'])
  })
})

describe('nationalNumber', () => {
  it('writes a Dutch number without its country', () => {
    expect(['+31101234567', '+31611223344', '+4930123456', '421'].map(nationalNumber)).toEqual([
      '010-123 45 67', '06-11 22 33 44', '+49 301 234 56', '421',
    ])
  })
})

describe('fingerprint', () => {
  it('is read in groups of four', () => {
    expect(fingerprint('A1B2C3D4')).toEqual(['A1B2', 'C3D4'])
    expect(fingerprint('')).toEqual([])
  })
})
