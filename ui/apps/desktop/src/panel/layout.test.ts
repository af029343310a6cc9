import { describe, expect, it } from 'vitest'
import { fitted, kept, LINE, most, PANES } from './layout.svelte.ts'

const USUAL = { left: PANES.left.usual, right: PANES.right.usual }
const WIDE = 90
/** The smallest window in which the panel stands. */
const LEAST = 68.75

describe('the widths of the panes', () => {
  it('are as wished where there is room', () => {
    expect(fitted(USUAL, WIDE, true)).toEqual(USUAL)
    expect(fitted({ left: 20, right: 30 }, WIDE, true)).toEqual({ left: 20, right: 30 })
  })

  it('leave the middle what its verbs need, whatever was wished', () => {
    for (const left of [0, 15, 20, 100]) {
      for (const right of [0, 22, 100]) {
        for (let ems = LEAST; ems < 120; ems++) {
          const fits = fitted({ left, right }, ems, true)
          expect(ems - fits.left - fits.right - 2 * LINE, `${left} and ${right} in ${ems}`).toBeGreaterThanOrEqual(27.5)
          expect(fits.left).toBeGreaterThanOrEqual(PANES.left.least)
          expect(fits.right).toBeGreaterThanOrEqual(PANES.right.least)
        }
      }
    }
  })

  it('let the right give way to the left in a small window, and none push the other', () => {
    const fits = fitted(USUAL, LEAST, true)
    expect(fits).toEqual({ left: 17.5, right: 21.75 })
    expect([most('left', fits, LEAST, true), most('right', fits, LEAST, true)]).toEqual([17.5, 21.75])
  })

  it('are the usual ones where nothing or nonsense was kept', () => {
    for (const text of [null, 'null', '{', '7', '{"left":"wide"}']) expect(kept({ getItem: () => text })).toEqual(USUAL)
    expect(kept({ getItem: () => '{"left":20,"right":25}' })).toEqual({ left: 20, right: 25 })
  })
})
