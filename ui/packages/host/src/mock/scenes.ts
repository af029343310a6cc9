// Situations to look at, reached by playing the exchange: `?scene=second`.

import { BAKERY, TOWN } from './company.ts'
import type { MockExchange } from './exchange.ts'
import { playPanel } from './scenes/panel.ts'
import { playSettings } from './scenes/settings.ts'
import { playSoftphone } from './scenes/softphone.ts'

const SPOKE_BEFORE = ['412', '422', '466']

/** Plays `scene`; an unknown name leaves the desk at rest. */
export async function play(exchange: MockExchange, scene: string) {
  if (await playSettings(exchange, scene)) return
  if (await playSoftphone(exchange, scene)) return
  if (scene === 'signin' || scene === 'fingerprint') {
    exchange.signedOut()
    if (scene === 'fingerprint') await exchange.perform({ kind: 'signIn', server: 'centrale.demo.invalid', user: 'sanne@demo.invalid', password: 'x' })
    return
  }
  exchange.start()
  if (scene === 'rest') return
  if (scene.startsWith('panel-')) return playPanel(exchange, scene, suggestions(exchange))
  if (scene === 'stale') return exchange.lose()
  if (scene === 'dial') return void (await exchange.perform({ kind: 'dial', to: '412' }))
  if (scene === 'foreign') return foreign(exchange)
  if (scene === 'company') return liveCompany(exchange)
  const call = exchange.incoming(BAKERY, { via: 'Algemeen', suggestions: suggestions(exchange) })
  if (scene === 'ringing') return
  await exchange.perform({ kind: 'answer', call })
  switch (scene) {
    case 'second':
      exchange.incoming(TOWN, { via: 'Algemeen' })
      break
    case 'held':
      exchange.incoming(TOWN, { via: 'Algemeen' })
      await exchange.perform({ kind: 'answer', call: exchange.model.calls[1]?.id ?? '' })
      break
    case 'consult':
      await exchange.perform({ kind: 'transferConsult', call, to: '412' })
      break
    case 'recall':
      await exchange.perform({ kind: 'transferBlind', call, to: '466' })
      break
    case 'refused':
      await exchange.perform({ kind: 'mute', call, on: true })
      break
  }
}

function suggestions(exchange: MockExchange) {
  return SPOKE_BEFORE.map((extension, i) => {
    const person = exchange.model.colleagues.find((colleague) => colleague.id === extension)
    return {
      id: `spoke-${extension}`, source: { kind: 'spokeBefore' as const, times: Math.max(1, 2 - i) },
      party: { name: person?.name ?? null, number: extension, colleague: extension }, to: extension, consequence: null,
    }
  })
}

function foreign(exchange: MockExchange) {
  const absent = { kind: 'absent' as const, reason: { nl: 'Deze centrale biedt dit niet aan.', en: 'This exchange does not offer this.' } }
  exchange.model = { ...exchange.model, capabilities: { ...exchange.model.capabilities, doNotDisturb: absent, threeWay: absent } }
}

/** People come and go, and now and then somebody calls. */
function liveCompany(exchange: MockExchange) {
  const states = ['busy', 'available', 'ringing', 'available', 'onHold', 'available'] as const
  let turn = 0
  setInterval(() => {
    const people = exchange.model.colleagues
    const person = people[(turn * 7) % people.length]
    if (person && exchange.model.account) exchange.lamp(person.id, states[turn % states.length] ?? 'available')
    turn++
  }, 4_000)
  setInterval(() => {
    if (exchange.model.account && exchange.model.calls.length === 0) exchange.incoming(BAKERY, { via: 'Algemeen', suggestions: suggestions(exchange) })
  }, 30_000)
}
