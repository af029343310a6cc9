import { describe, expect, it } from 'vitest'
import { columnsOf, piecesOf, scrollerOf } from './long-list.ts'

describe('a long list', () => {
  it('is cut without losing anybody', () => {
    expect(piecesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]])
    expect(piecesOf([1, 2], 2)).toEqual([[1, 2]])
    expect(piecesOf([], 2)).toEqual([])
  })

  it('has a column where nothing was laid out yet', () => {
    expect(columnsOf('repeat(auto-fill, minmax(11.25rem, 1fr))')).toBe(1)
    expect(columnsOf('180.5px 180.5px 180.5px')).toBe(3)
  })

  it('is scrolled by the nearest that scrolls', () => {
    const page = document.createElement('div')
    page.innerHTML = '<div style="overflow-y: auto"><div><p></p></div></div>'
    expect(scrollerOf(page.querySelector('p')!)).toBe(page.firstElementChild)
    expect(scrollerOf(page)).toBeNull()
  })
})
