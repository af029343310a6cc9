import { describe, expect, it } from 'vitest'
import { beginnings } from './underline.ts'

const found = (name: string, text: string) => beginnings(name, text).map(([from, to]) => name.slice(from, to))

describe('what is underlined', () => {
  it('is where a word begins as it was typed', () => {
    expect(found('Sander Mulder', 'sa')).toEqual(['Sa'])
    expect(found('Bas van Rijn', 'b ri')).toEqual(['B', 'Ri'])
    expect(found('Lisa Sanders', 'sa')).toEqual(['Sa'])
  })

  it('overlooks accents', () => {
    expect(found('Zoë Grün', 'zoe gru')).toEqual(['Zoë', 'Grü'])
    expect(found('Rene Prins', 'ré')).toEqual(['Re'])
  })

  it('is nothing where something else was found', () => {
    expect([found('Sandra Lee', '470'), found('Sandra Lee', ' '), found('Sandra Lee', 'and')]).toEqual([[], [], []])
  })
})
