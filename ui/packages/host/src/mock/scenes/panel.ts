// Situations of the reception panel: a known caller, everything outstanding at once, one click to transfer,
// and three hundred colleagues.

import type { Party } from '../../generated/view.ts'
import { BAKERY, live, TOWN } from '../company.ts'
import type { MockExchange } from '../exchange.ts'

const HOUR = 3_600_000
const PRINTER: Party = { name: 'Drukkerij Oost', number: '+31993334400', colleague: null }

/** Plays a scene whose name begins with `panel-`, after everybody has signed in. */
export async function playPanel(exchange: MockExchange, scene: string, suggestions: MockExchange['model']['calls'][number]['suggestions']) {
  if (scene === 'panel-many') return many(exchange)
  if (scene === 'panel-empty') return exchange.staffed([])
  const now = Date.now()
  const person = (id: string): Party => ({ name: exchange.model.colleagues.find((one) => one.id === id)?.name ?? null, number: id, colleague: id })
  const known = {
    via: 'Algemeen', suggestions, note: 'Ketel valt uit sinds vanochtend. Wil vandaag een monteur.',
    earlier: [
      { at: now - 50 * HOUR, with: person('412'), seconds: 370 },
      { at: now - 450 * HOUR, with: person('422'), seconds: 122 },
      { at: now - 480 * HOUR, with: null, seconds: 0 },
    ],
  }
  if (scene === 'panel-ringing') return void exchange.incoming(BAKERY, known)
  if (scene === 'panel-lane') {
    const sent = exchange.incoming(TOWN)
    await exchange.perform({ kind: 'answer', call: sent })
    await exchange.perform({ kind: 'transferBlind', call: sent, to: '412' })
    exchange.incoming(PRINTER, { state: { kind: 'recalled', from: person('466'), reason: 'noAnswer' }, since: now - 41_000 })
    exchange.incoming({ name: 'Van Dam Logistiek', number: '+31992224411', colleague: null }, { state: { kind: 'held', by: 'us' }, since: now - 37_000 })
    exchange.incoming({ name: null, number: '+31699112233', colleague: null }, { state: { kind: 'held', by: 'us' }, since: now - 118_000 })
  }
  const call = exchange.incoming(BAKERY, known)
  await exchange.perform({ kind: 'answer', call })
  if (scene === 'panel-consult') await exchange.perform({ kind: 'transferConsult', call, to: '412' })
}

/** Three hundred people of whom ten change every second. */
function many(exchange: MockExchange) {
  const [first] = exchange.model.colleagues
  if (!first) return
  const people = Array.from({ length: 300 }, (_, i) => ({ ...first, id: `p${i}`, name: `${first.name.split(' ')[0]} ${i + 1}`, extension: `${1000 + i}`, dial: `${1000 + i}`, lamp: live('available', Date.now()) }))
  exchange.staffed(people)
  let turn = 0
  setInterval(() => exchange.lamp(`p${(turn * 37) % 300}`, turn++ % 2 ? 'available' : 'busy'), 100)
}
