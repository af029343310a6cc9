// Situations of the softphone and of the page for incoming calls: `?scene=emergency`.

import type { Call, Recent, ViewModel } from '../../generated/view.ts'
import { BAKERY, choice, TOWN } from '../company.ts'
import { type MockExchange, problem } from '../exchange.ts'

const ANONYMOUS = { name: null, number: null, colleague: null }
const ANOUK = { name: 'Anouk de Graaf', number: '403', colleague: null }
const SMITS = { name: 'P. Smits', number: '+31993334455', colleague: null }
const INVITED = { server: 'centrale.bakkerijjansen.example:8443' }
const DAY = 86_400_000

const PLAYS: Record<string, (exchange: MockExchange) => void | Promise<unknown>> = {
  loading: (exchange) => void (exchange.silent = true),
  connecting: (exchange) => begin(exchange, (model) => ({
    ...withRegistration(model, { kind: 'connecting', since: Date.now() }), recents: [], colleagues: [],
  })),
  empty: (exchange) => begin(exchange, (model) => ({ ...model, recents: [] })),
  history: (exchange) => begin(exchange, (model) => ({ ...model, recents: [...model.recents.slice(0, 3), ...older(model)] })),
  forbidden: (exchange) => begin(exchange, (model) => withRegistration(model, {
    kind: 'refused', problem: { ...problem('wrong-password'), detail: 'SIP 403' },
  })),
  other: (exchange) => {
    begin(exchange)
    const since = Date.now() - 240_000
    exchange.joined({
      ...choice('receptie', 'Tandarts Linde', '10', since),
      registration: { kind: 'stale', since, attempt: 4, retryAt: Date.now() + 30_000, problem: { ...problem('exchange-lost'), detail: 'SIP 408' } },
    })
  },
  emergency: (exchange) => {
    begin(exchange)
    return exchange.perform({ kind: 'dial', to: '112' })
  },
  prefill: (exchange) => begin(exchange, (model) => ({
    ...model, prefill: { to: BAKERY.number, extension: '12', site: 'crm.bakkerijjansen.example' },
  })),
  invited: (exchange) => begin(exchange, (model) => ({ ...model, invited: INVITED })),
  'invited-new': (exchange) => {
    exchange.signedOut()
    exchange.model = { ...exchange.model, invited: INVITED }
  },
  known: (exchange) => {
    begin(exchange)
    exchange.incoming(BAKERY, known())
  },
  anonymous: (exchange) => {
    begin(exchange)
    exchange.incoming(ANONYMOUS)
  },
  small: async (exchange) => {
    begin(exchange)
    await exchange.perform({ kind: 'answer', call: exchange.incoming(BAKERY) })
    exchange.incoming(TOWN, { via: 'Algemeen' })
  },
  conference: (exchange) => {
    begin(exchange)
    const call = exchange.incoming(BAKERY)
    void exchange.perform({ kind: 'answer', call })
    exchange.members(call, [
      { id: '1', party: { name: 'Sanne Visser', number: '410', colleague: null }, own: true, muted: false, steers: true },
      { id: '2', party: BAKERY, own: false, muted: false, steers: false },
      { id: '3', party: ANOUK, own: false, muted: true, steers: false },
      { id: '4', party: ANONYMOUS, own: false, muted: false, steers: false },
    ])
  },
  recalled: (exchange) => {
    begin(exchange)
    exchange.incoming(SMITS, recalled())
  },
  several: (exchange) => {
    begin(exchange)
    exchange.incoming(BAKERY, known())
    exchange.incoming(SMITS, recalled())
    exchange.incoming(ANONYMOUS)
  },
}

/** Plays `scene` when it is one of these. */
export async function playSoftphone(exchange: MockExchange, scene: string): Promise<boolean> {
  const play = PLAYS[scene]
  await play?.(exchange)
  return play !== undefined
}

function begin(exchange: MockExchange, change: (model: ViewModel) => ViewModel = (model) => model) {
  exchange.start()
  exchange.model = change(exchange.model)
}

function withRegistration(model: ViewModel, registration: NonNullable<ViewModel['account']>['registration']): ViewModel {
  return { ...model, account: model.account && { ...model.account, registration } }
}

function older(model: ViewModel): Recent[] {
  return model.recents.map((recent, i) => ({ ...recent, id: `${recent.id}-older`, at: recent.at - (i < 2 ? DAY : 4 * DAY) }))
}

function known(): Partial<Call> {
  const now = Date.now()
  return {
    via: 'Algemeen', sentBy: ANOUK, note: 'vraagt naar offerte 2231', since: now - 7_000,
    earlier: [{ at: now - 3 * DAY, with: { name: 'Sanne de Wit', number: '421', colleague: '421' }, seconds: 240 }],
  }
}

function recalled(): Partial<Call> {
  const now = Date.now()
  return {
    state: { kind: 'recalled', from: { name: 'Bas Kuiper', number: '412', colleague: '412' }, reason: 'noAnswer' },
    since: now - 4_000, connectedSince: now - 82_000, note: 'vraagt naar offerte 2231',
  }
}
