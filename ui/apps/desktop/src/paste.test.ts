import { describe, expect, it } from 'vitest'
import { pastedNumber } from './paste.ts'

describe('pasting a number', () => {
  it('reads every Dutch notation as the same number', () => {
    const national = ['010 123 45 67', '010-1234567', '(010) 123 45 67', '010/123.45.67', 'Tel.: 010 – 123 45 67', ' 010\u00a01234567\n', 'T 010-1234567']
    expect(new Set(national.map(pastedNumber))).toEqual(new Set(['0101234567']))
    const international = ['+31 10 123 45 67', '+31 (0)10-1234567', '+31(0)101234567', 'tel:+31-10-123-45-67', 'tel:%2B31101234567', '\u202a+31 10 1234567\u202c']
    expect(new Set(international.map(pastedNumber))).toEqual(new Set(['+31101234567']))
    expect(pastedNumber('0031 (0)10 1234567')).toBe('0031101234567')
  })

  it('reads extensions, mobile and service numbers', () => {
    expect(['421', '06-11 22 33 44', '0900-8844', '112'].map(pastedNumber)).toEqual(['421', '0611223344', '09008844', '112'])
  })

  it('leaves everything that is not one number as it is', () => {
    for (const text of ['NL91 ABNA 0417 1643 00', 'Bas Kuiper', 'bel 010-1234567 of 010-7654321', 'sip:bas@elders.example', '12', '', 'tel:%E0', '12345678901234567890']) {
      expect(pastedNumber(text), text).toBeNull()
    }
  })
})
