import { describe, expect, it } from 'vitest'
import { BARS, bars, held, isLoudBar, verdict } from './level.ts'

describe('the level of a microphone', () => {
  it('lights no bar in silence and all of them at full scale', () => {
    expect([bars(-96), bars(-60), bars(-30), bars(0), bars(3)]).toEqual([0, 0, BARS / 2, BARS, BARS])
  })

  it('is judged by how a voice arrives', () => {
    expect([-96, -50, -18, -3].map(verdict)).toEqual(['silent', 'soft', 'good', 'loud'])
  })

  it('marks only the bars above the loud limit', () => {
    expect([isLoudBar(0), isLoudBar(BARS - 3), isLoudBar(BARS - 2), isLoudBar(BARS - 1)]).toEqual([false, false, true, true])
  })

  it('is held while the voice pauses for breath', () => {
    expect(held(-18, -90)).toBe(-19)
    expect(held(-40, -12)).toBe(-12)
  })
})
