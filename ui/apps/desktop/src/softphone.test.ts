import { surroundings } from '@balie/components'
import { MockExchange } from '@balie/host/mock'
import { fireEvent, render, screen, within } from '@testing-library/svelte'
import { tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { playSoftphone } from '../../../packages/host/src/mock/scenes/softphone.ts'
import App from './App.svelte'
import Incoming from './Incoming.svelte'

let exchange: MockExchange

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  exchange = new MockExchange()
  const { settings } = exchange.model
  exchange.model = { ...exchange.model, settings: { ...settings, looks: { ...settings.looks, language: 'nl' } } }
  surroundings.wear(exchange.model.settings.looks)
})

afterEach(() => vi.unstubAllGlobals())

async function open(scene: string, Page: typeof App | typeof Incoming = App) {
  await playSoftphone(exchange, scene)
  const page = render(Page, { host: exchange })
  await tick()
  return page
}

const search = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Zoek of bel' })
const buttons = () => screen.queryAllByRole('button').map((button) => button.getAttribute('aria-label') ?? button.textContent?.trim() ?? '')

// Whole pages are drawn here, which takes seconds where other builds use the same cores.
vi.setConfig({ testTimeout: 30_000 })

describe('the softphone', () => {
  it('offers neither hold nor transfer to an emergency call, and says why', async () => {
    await open('emergency')
    expect(screen.getByText('112 wordt gebeld…')).toBeTruthy()
    expect(screen.getByText(/Wacht en doorverbinden zijn uit/)).toBeTruthy()
    expect(buttons().filter((name) => /Wacht|Doorverb|Ruggespraak/.test(name))).toEqual([])
    expect(document.querySelector('#search')).toBeNull()
  })

  it('tells of an account that is not in use and out of reach, and leads to it', async () => {
    await open('other')
    const told = screen.getByText(/Tandarts Linde \(receptie@demo.invalid\)/).closest('[role=alert]')
    expect(told?.textContent).toMatch(/Oproepen komen niet binnen/)
    await fireEvent.click(screen.getByRole('button', { name: 'Wissel naar Tandarts Linde' }))
    expect(exchange.model.account?.id).toBe('receptie')
  })

  it('dials a number from a link only when somebody says so', async () => {
    await open('prefill')
    expect(exchange.model.calls).toEqual([])
    await fireEvent.click(within(screen.getByRole('region', { name: 'Dit nummer bellen?' })).getByRole('button', { name: /^Bellen/ }))
    expect(exchange.model.calls).toHaveLength(1)
    expect(exchange.model.prefill).toBeNull()
  })

  it('uses an invitation from outside only when somebody says so, and lets nothing lie over it', async () => {
    await open('empty')
    await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true })
    await exchange.perform({ kind: 'offerInvitation', link: 'balie://centrale.example:8443/invitation#geheim' })
    const card = await screen.findByRole('region', { name: 'Uitnodiging van een telefooncentrale' })
    expect(card.textContent).toContain('centrale.example:8443')
    await fireEvent.keyDown(document.body, { key: 'Enter' })
    expect(exchange.model.accounts).toHaveLength(1)
    await fireEvent.click(within(card).getByRole('button', { name: 'Gebruik uitnodiging' }))
    expect(exchange.model.accounts).toHaveLength(2)
    expect(exchange.model.invited).toBeNull()
  })

  it('puts a number together on the keypad, takes the last digit back, and dials it', async () => {
    vi.stubGlobal('innerWidth', 340)
    await open('empty')
    await fireEvent.click(screen.getByRole('tab', { name: 'Toetsen' }))
    for (const digit of ['4', '1', '2', '2']) {
      await fireEvent.click(within(screen.getByRole('group', { name: 'Toetsen' })).getByRole('button', { name: new RegExp(`^${digit}`) }))
    }
    await fireEvent.click(screen.getByRole('button', { name: 'Laatste teken wissen' }))
    expect(search().value).toBe('412')
    await fireEvent.keyDown(search(), { key: 'Enter' })
    expect(exchange.model.calls[0]?.party.number).toBe('412')
  })

  it('takes a call back that rings at a colleague, and offers nothing that cannot be done with it', async () => {
    await open('empty')
    const call = exchange.incoming({ name: 'Gemeente Delft', number: '+31992600000', colleague: null })
    await exchange.perform({ kind: 'answer', call })
    await exchange.perform({ kind: 'transferBlind', call, to: '412' })
    await exchange.perform({ kind: 'answer', call: exchange.incoming({ name: 'Bakkerij Jansen BV', number: '+31992000000', colleague: null }) })
    const card = await screen.findByRole('region', { name: /Gemeente Delft/ })
    expect(within(card).getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Terugnemen'])
    await fireEvent.click(within(card).getByRole('button'))
    expect(exchange.model.calls.find(({ id }) => id === call)?.state.kind).not.toBe('transferring')
  })

  it('says of a call whose target is being asked that it is, while another one is in hand', async () => {
    await open('empty')
    const call = exchange.incoming({ name: 'Gemeente Delft', number: '+31992600000', colleague: null })
    await exchange.perform({ kind: 'answer', call })
    await exchange.perform({ kind: 'transferConsult', call, to: '412' })
    exchange.incoming({ name: 'Bakkerij Jansen BV', number: '+31992000000', colleague: null }, { state: { kind: 'active' }, verbs: ['hangUp'] })
    const card = await screen.findByRole('region', { name: /^Ruggespraak.*Gemeente Delft/ })
    expect(within(card).getByRole('button', { name: /^Terug naar beller/ })).toBeTruthy()
  })

  it('says that there was nothing today, and draws no such claim while it still signs in', async () => {
    const { unmount } = await open('empty')
    expect(screen.getByText('Nog geen gesprekken vandaag')).toBeTruthy()
    unmount()
    await open('connecting')
    expect(screen.queryByText('Nog geen gesprekken vandaag')).toBeNull()
  })

  it('asks the window for the shape of the bar', async () => {
    await open('empty')
    await fireEvent.click(screen.getByRole('button', { name: /mini/ }))
    expect(exchange.window.shapes).toEqual(['mini'])
  })

  it('does not lead to tiles that wait behind a search', async () => {
    await open('empty')
    search().focus()
    await fireEvent.input(search(), { target: { value: 'xyzxyz' } })
    await tick()
    await fireEvent.keyDown(search(), { key: 'ArrowDown' })
    expect(document.activeElement).toBe(search())
  })

  it('puts a pasted number into the box', async () => {
    await open('empty')
    const event = Object.assign(new Event('paste', { bubbles: true, cancelable: true }), { clipboardData: { getData: () => 'Tel.: (099) 123 45 67' } })
    await fireEvent(search(), event)
    expect(search().value).toBe('0991234567')
  })
})

describe('the page of incoming calls', () => {
  it('shows exactly the calls that ring here, and takes no focus', async () => {
    await open('small', Incoming)
    expect(buttons()).toEqual(['Wacht + aan: Gemeente Delft', 'Weigeren: Gemeente Delft'])
    expect(document.activeElement).toBe(document.body)
  })

  it('stacks them, and is empty when none is left', async () => {
    await open('several', Incoming)
    expect(screen.getAllByRole('heading', { level: 2 }).map((heading) => heading.textContent)).toEqual([
      'P. Smits – terug van Bas Kuiper (412)', 'Bakkerij Jansen BV', 'Anoniem',
    ])
    for (const call of exchange.model.calls) await exchange.perform({ kind: 'reject', call: call.id })
    await tick()
    expect(buttons()).toEqual([])
  })
})
