import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ViewModel } from '../generated/view.ts'
import { follow } from '../mirror.ts'
import { BAKERY, choice, TOWN } from './company.ts'
import { MockExchange } from './exchange.ts'

let exchange: MockExchange
let seen: ViewModel

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 22, 14, 7) })
  exchange = new MockExchange()
  exchange.start()
  follow(exchange, (model) => (seen = model))
})

afterEach(() => vi.useRealTimers())

const state = (index = 0) => seen.calls[index]?.state.kind
const lamp = (id: string) => seen.colleagues.find((person) => person.id === id)?.lamp

describe('the mock exchange', () => {
  it('dials a colleague, whose lamp follows', async () => {
    expect(await exchange.perform({ kind: 'dial', to: '412' })).toEqual({ kind: 'done' })
    expect([state(), lamp('412')?.state]).toEqual(['ringing', 'ringing'])

    vi.advanceTimersByTime(3_000)

    expect([state(), lamp('412')?.state]).toEqual(['active', 'busy'])
    expect(seen).toEqual(exchange.model)
  })

  it('holds the active call when a second one is answered', async () => {
    const first = exchange.incoming(BAKERY)
    await exchange.perform({ kind: 'answer', call: first })
    const second = exchange.incoming(TOWN)
    await exchange.perform({ kind: 'answer', call: second })

    expect([state(0), state(1)]).toEqual(['held', 'active'])
    expect(seen.calls[1]?.verbs).toContain('threeWay')
  })

  it('brings a transfer back from somebody who is not signed in', async () => {
    const call = exchange.incoming(BAKERY)
    await exchange.perform({ kind: 'answer', call })
    await exchange.perform({ kind: 'transferBlind', call, to: '466' })

    vi.advanceTimersByTime(1_200)

    expect(seen.calls[0]?.state).toMatchObject({ kind: 'recalled', reason: 'unreachable' })
  })

  it('lets a transfer be taken back until it is answered', async () => {
    const call = exchange.incoming(BAKERY)
    await exchange.perform({ kind: 'answer', call })
    await exchange.perform({ kind: 'transferBlind', call, to: '412' })
    await exchange.perform({ kind: 'transferCancel', call })

    vi.advanceTimersByTime(10_000)

    expect(state()).toBe('active')
    expect(lamp('412')?.state).toBe('available')
  })

  it('refuses with a name what cannot be done', async () => {
    const call = exchange.incoming(BAKERY)

    expect(await exchange.perform({ kind: 'hold', call })).toMatchObject({ kind: 'failed', problem: { code: 'not-now' } })
    expect(await exchange.perform({ kind: 'hold', call: 'x' })).toMatchObject({ kind: 'failed', problem: { code: 'call-gone' } })
    expect(await exchange.perform({ kind: 'dial', to: 'bas' })).toMatchObject({ kind: 'failed', problem: { code: 'number-invalid' } })
  })

  it('marks every lamp uncertain while the exchange is away', () => {
    exchange.lose()
    expect(seen.colleagues.every((person) => person.lamp.staleSince !== null)).toBe(true)
    expect(seen.account?.registration.kind).toBe('stale')

    exchange.recover()
    expect(seen.colleagues.every((person) => person.lamp.staleSince === null)).toBe(true)
  })

  it('shows the fingerprint before the first sign-in and refuses a wrong password', async () => {
    exchange.signedOut()
    const form = { kind: 'signIn' as const, server: 'centrale.demo.invalid', user: 'sanne@demo.invalid' }
    await exchange.perform({ ...form, password: 'fout' })
    vi.advanceTimersByTime(400)
    expect(seen.signIn?.problem?.code).toBe('wrong-password')

    await exchange.perform({ ...form, password: 'goed' })
    vi.advanceTimersByTime(400)
    expect(seen.signIn?.stage.kind).toBe('confirm')
    await exchange.perform({ kind: 'confirmFingerprint', fingerprint: '' })
    expect([seen.signIn, seen.account?.extension]).toEqual([null, '421'])
  })

  it('takes further accounts, of which one is in use, and leaves one at a time', async () => {
    exchange.joined(choice('receptie', 'Receptie', '400', Date.now()))
    const call = exchange.incoming(BAKERY, { account: 'Receptie' })
    await exchange.perform({ kind: 'answer', call })

    expect(await exchange.perform({ kind: 'switchAccount', account: 'receptie' })).toEqual({ kind: 'done' })
    expect([seen.account?.name, state()]).toEqual(['Receptie', 'active'])
    await exchange.perform({ kind: 'signOut' })
    expect([seen.account?.name, seen.accounts.length]).toEqual(['Sanne de Wit', 1])
    await exchange.perform({ kind: 'signOut' })
    expect([seen.account, seen.signIn?.stage.kind]).toEqual([null, 'form'])
  })
})
