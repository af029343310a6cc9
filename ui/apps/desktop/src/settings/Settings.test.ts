import { surroundings } from '@balie/components'
import { choice, MockExchange } from '@balie/host/mock'
import { texts } from '@balie/texts'
import { fireEvent, render, screen } from '@testing-library/svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Desk } from '../desk.svelte.ts'
import Settings from './Settings.svelte'

const t = texts.nl.settings
let exchange: MockExchange
const onclose = vi.fn()

beforeEach(() => {
  surroundings.wear({ language: 'nl', theme: 'light', zoom: 100 })
  onclose.mockReset()
  Element.prototype.scrollIntoView = () => {}
  exchange = new MockExchange()
  exchange.start()
  const desk = new Desk(exchange)
  desk.start()
  render(Settings, { desk, onadd: () => {}, onclose })
})

const open = (section: keyof typeof t.sections) => fireEvent.click(screen.getByRole('button', { name: t.sections[section] }))

describe('the settings', () => {
  it('apply at once, and two changes in a row both stay', async () => {
    await open('sound')
    await fireEvent.click(screen.getByRole('switch', { name: t.items.cancelsEcho.title }))
    await fireEvent.click(screen.getByRole('switch', { name: t.items.suppressesNoise.title }))

    expect(exchange.model.settings.sound).toMatchObject({ cancelsEcho: false, suppressesNoise: false, levelsVoice: true })
  })

  it('show every account with whether calls come in, and put another one in use during a call', async () => {
    exchange.joined({ ...choice('receptie', 'Receptie', '400', Date.now()), registration: { kind: 'connecting', since: Date.now() } })
    const call = exchange.incoming({ name: 'Bakkerij', number: null, colleague: null }, { account: 'Receptie' })
    await exchange.perform({ kind: 'answer', call })
    await open('account')
    expect(screen.getByText('Receptie · 400')).toBeTruthy()
    expect(screen.getByText(texts.nl.account.reach.connecting)).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: texts.nl.account.signOut }).disabled).toBe(true)

    await fireEvent.click(screen.getByRole('button', { name: texts.nl.account.switchTo('Receptie') }))

    expect([exchange.model.account?.id, exchange.model.calls[0]?.state.kind]).toEqual(['receptie', 'active'])
  })

  it('take no seventh account', async () => {
    for (let n = 1; n < 6; n++) exchange.joined(choice(`a${n}`, `Account ${n}`, null, Date.now()))
    await open('account')

    expect(await screen.findByText(t.hints.mostAccounts)).toBeTruthy()
    expect(screen.getByRole<HTMLButtonElement>('button', { name: t.verbs.add }).disabled).toBe(true)
  })

  it('listen to the microphone only while its section is open', async () => {
    expect(exchange.model.hearing).toBeNull()
    await open('sound')
    expect(exchange.model.hearing).not.toBeNull()
    await open('looks')
    expect(exchange.model.hearing).toBeNull()
  })

  it('are found by a word, and opened with Enter at the right place', async () => {
    const box = screen.getByRole('searchbox')
    await fireEvent.input(box, { target: { value: 'donker' } })
    await fireEvent.keyDown(box, { key: 'Enter' })
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('row-theme'))
  })

  it('close with Escape, which first clears the search', async () => {
    const box = screen.getByRole('searchbox')
    box.focus()
    await fireEvent.input(box, { target: { value: 'donker' } })
    await fireEvent.keyDown(box, { key: 'Escape' })
    expect(onclose).not.toHaveBeenCalled()
    await fireEvent.keyDown(box, { key: 'Escape' })
    expect(onclose).toHaveBeenCalledOnce()
  })

  it('have a button that empties the search, by its name in the language of the reader', async () => {
    const box = screen.getByRole<HTMLInputElement>('searchbox')
    expect(screen.queryByRole('button', { name: 'Zoekveld wissen' })).toBeNull()
    await fireEvent.input(box, { target: { value: 'donker' } })
    await fireEvent.click(screen.getByRole('button', { name: 'Zoekveld wissen' }))
    expect([box.value, document.activeElement]).toEqual(['', box])
    expect(screen.getByRole('button', { name: t.sections.keys })).toBeTruthy()
  })

  it('let a call be answered and ended', async () => {
    exchange.incoming({ name: 'Bakkerij Jansen BV', number: '+31991234567', colleague: null })
    await fireEvent.click(await screen.findByRole('button', { name: texts.nl.verb.answer }))
    expect(exchange.model.calls[0]?.state.kind).toBe('active')
    await fireEvent.click(await screen.findByRole('button', { name: texts.nl.verb.hangUp }))
    expect(exchange.model.calls[0]?.state.kind).toBe('ended')
  })
})
