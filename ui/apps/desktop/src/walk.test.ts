import { describe, expect, it } from 'vitest'
import { walked } from './walk.ts'

/** Seven tiles, three beside each other. */
const TILES = Array.from({ length: 7 }, (_, i) => ({ left: (i % 3) * 190, top: Math.floor(i / 3) * 84 }))
const LIST = Array.from({ length: 3 }, (_, i) => ({ left: 0, top: i * 52 }))

describe('an arrow key', () => {
  it('leads among tiles to the one that lies there', () => {
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => walked(key, TILES, 4))).toEqual([3, 5, 1, 6])
  })

  it('leads out above the first row, and no further than the last', () => {
    expect([walked('ArrowUp', TILES, 2), walked('ArrowDown', TILES, 6), walked('ArrowRight', TILES, 6), walked('ArrowLeft', TILES, 0)]).toEqual(['above', 6, 6, 0])
  })

  it('leads through a list one by one', () => {
    expect([walked('ArrowDown', LIST, 0), walked('ArrowUp', LIST, 2), walked('ArrowUp', LIST, 0)]).toEqual([1, 1, 'above'])
  })

  it('is not every key', () => {
    expect(walked('Enter', TILES, 4)).toBeNull()
  })
})
