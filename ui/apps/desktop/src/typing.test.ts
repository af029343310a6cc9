// Somebody types while calls arrive at any moment: nothing is answered or transferred, no letter is lost.

import { type Command, type ViewModel } from '@balie/host'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MockExchange } from '../../../packages/host/src/mock/exchange.ts'
import { BAKERY } from '../../../packages/host/src/mock/company.ts'
import { Desk } from './desk.svelte.ts'
import { meaning } from './keys/meaning.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzäé 0123456789+*#'

/** The same numbers for the same seed (mulberry32). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

beforeEach(() => void vi.useFakeTimers({ now: new Date(2026, 10, 22, 14, 7) }))
afterEach(() => vi.useRealTimers())

describe('typing while calls arrive', () => {
  it('never answers, transfers or loses a letter, whenever the call comes', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const next = random(seed)
      const exchange = new MockExchange()
      exchange.start()
      const asked: Command[] = []
      const perform = exchange.perform.bind(exchange)
      exchange.perform = (command) => (asked.push(command), perform(command))
      const desk = new Desk(exchange)
      const stop = desk.start()
      // Half of the runs have a call in hand, so that a target could be transferred to.
      if (next() < 0.5) await exchange.perform({ kind: 'answer', call: exchange.incoming(BAKERY) })
      asked.length = 0
      let typed = ''
      for (let i = 0; i < 12; i++) {
        vi.advanceTimersByTime(Math.floor(next() * 200))
        if (next() < 0.3) exchange.incoming(BAKERY)
        const letter = LETTERS[Math.floor(next() * LETTERS.length)] ?? 'a'
        const pad = /[\d+*]/.test(letter) && next() < 0.5 && /^[\d+*#]/.test(typed)
        const code = pad ? ({ '+': 'NumpadAdd', '*': 'NumpadMultiply' }[letter] ?? `Numpad${letter}`) : `Key${letter.toUpperCase()}`
        const said = meaning({ key: letter, code, ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }, situation(desk))
        expect(said, `seed ${seed}: ${letter} after "${typed}"`).toBeNull()
        typed += letter
        desk.type(typed)
      }
      expect([desk.text, asked.filter(({ kind }) => kind !== 'search')], `seed ${seed}`).toEqual([typed, []])
      stop()
    }
  })

  it('never answers with the Enter that was meant for something else', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const next = random(seed)
      const exchange = new MockExchange()
      exchange.start()
      const desk = new Desk(exchange)
      const stop = desk.start()
      desk.type(next() < 0.5 ? '' : 'xyz')
      exchange.incoming(BAKERY)
      vi.advanceTimersByTime(Math.floor(next() * 299))
      const said = meaning({ key: 'Enter', code: 'Enter', ctrlKey: false, shiftKey: false, altKey: false, metaKey: false }, situation(desk))
      expect(said?.kind, `seed ${seed}`).not.toBe('command')
      stop()
    }
  })
})

describe('the chosen row', () => {
  it('keeps its place and its choice when results and lamps change', async () => {
    const exchange = new MockExchange()
    exchange.start()
    const desk = new Desk(exchange)
    const stop = desk.start()
    desk.type('bas')
    desk.choose(1)
    const [chosen, place] = [desk.row, desk.rows.findIndex((row) => row === desk.row)]
    exchange.lamp('412', 'busy')
    show(exchange, [{ ...desk.rows[1]!, id: 'outside' }, ...desk.rows.toReversed()])

    expect([desk.row?.id, desk.rows.findIndex((row) => row === desk.row)]).toEqual([chosen?.id, place])
    expect(desk.rows.at(-1)?.id).toBe('outside')

    show(exchange, desk.rows.filter((row) => row.id !== chosen?.id))
    expect(desk.target).toBeNull()
    stop()
  })

  it('waits for the answer, and what was found before is shown meanwhile', () => {
    const exchange = new MockExchange()
    exchange.start()
    const desk = new Desk(exchange)
    const stop = desk.start()
    desk.type('b')
    const before = desk.rows
    vi.spyOn(exchange, 'perform').mockResolvedValueOnce({ kind: 'done' })
    desk.type('bas')
    expect([desk.rows, desk.found, desk.view]).toEqual([before, 'b', 'hits'])
    expect([desk.choose(1), desk.target]).toEqual([false, null])

    exchange.found({ text: 'bas', rows: before.toReversed() })
    expect([desk.rows, desk.found]).toEqual([before.toReversed(), 'bas'])
    expect(desk.row).toBe(desk.rows[0])
    desk.type('')
    expect([desk.rows, desk.view]).toEqual([[], 'everyone'])
    stop()
  })
})

function show(exchange: MockExchange, rows: ViewModel['search']['rows']) {
  exchange.found({ text: exchange.model.search.text, rows })
}

function situation(desk: Desk) {
  return {
    calls: desk.model.calls, text: desk.text, target: desk.target?.to ?? null, home: true, writes: false, focused: null, takes: null,
    rangAt: (call: ViewModel['calls'][number]) => desk.rangAt(call), now: Date.now(), keys: desk.model.settings.keys,
  }
}
