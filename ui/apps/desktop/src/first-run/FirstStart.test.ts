import { surroundings } from '@balie/components'
import { MockExchange } from '@balie/host/mock'
import { texts } from '@balie/texts'
import { fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import App from '../App.svelte'

const t = texts.nl
let exchange: MockExchange

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }))
  exchange = new MockExchange()
  const { settings } = exchange.model
  exchange.model = { ...exchange.model, settings: { ...settings, looks: { ...settings.looks, language: 'nl' } } }
  exchange.signedOut()
  surroundings.wear({ language: 'nl', theme: 'light', zoom: 100 })
  render(App, { host: exchange })
})

afterEach(() => vi.unstubAllGlobals())

const press = (name: string) => screen.findByRole('button', { name }).then((button) => fireEvent.click(button))
const type = (label: string, value: string) => fireEvent.input(screen.getByLabelText(label), { target: { value } })

describe('the first start', () => {
  it('goes from an invitation over the sound to the desk', async () => {
    await type(t.firstRun.invitation.label, 'balie://centrale.demo.invalid/invitation#abc')
    await press(t.firstRun.invitation.submit)
    expect(await screen.findByRole('meter')).toBeTruthy()
    await press(t.firstRun.next)
    await press(t.firstRun.ring.heard)
    await press(t.firstRun.skip)
    await press(t.firstRun.done)

    expect(await screen.findByRole('combobox', { name: t.search.label })).toBeTruthy()
    expect(exchange.model.hearing).toBeNull()
  })

  it('uses an invitation from outside by one button, and tries the sound after it', async () => {
    await exchange.perform({ kind: 'offerInvitation', link: 'balie://centrale.demo.invalid/invitation#abc' })
    const card = await screen.findByRole('region', { name: t.invited.title })
    await fireEvent.click(within(card).getByRole('button', { name: t.firstRun.invitation.submit }))

    expect(await screen.findByRole('heading', { name: t.firstRun.sound.title })).toBeTruthy()
  })

  it('goes on by Enter alone, and has nothing to skip once somebody has called', async () => {
    await type(t.firstRun.invitation.label, 'balie://centrale.demo.invalid/invitation#abc')
    await press(t.firstRun.invitation.submit)
    for (const title of [t.firstRun.sound.title, t.firstRun.ring.title]) {
      await fireEvent.keyDown(await screen.findByRole('heading', { name: title }), { key: 'Enter' })
    }
    const number = await screen.findByRole('textbox', { name: t.settings.items.testCall.title })
    expect(document.activeElement).toBe(number)
    await fireEvent.input(number, { target: { value: '412' } })
    await press(t.settings.verbs.dial)
    await press(t.verb.hangUp)

    await press(t.firstRun.next)
    expect(await screen.findByRole('heading', { name: t.firstRun.ready.title })).toBeTruthy()
  })

  it('says in place why an invitation is refused', async () => {
    await type(t.firstRun.invitation.label, 'hallo')
    await press(t.firstRun.invitation.submit)

    expect((await screen.findByRole('alert')).textContent).toContain('Dit is geen uitnodiging.')
  })

  it('compares the fingerprint when it is set up by hand', async () => {
    await press(t.firstRun.invitation.byHand)
    await type(t.signIn.server, 'centrale.demo.invalid')
    await press(t.firstRun.next)
    await type(t.signIn.user, 'sanne@demo.invalid')
    await type(t.signIn.password, 'goed')
    await press(t.signIn.submit)
    await press(t.signIn.confirm)

    expect(await screen.findByRole('heading', { name: t.firstRun.sound.title })).toBeTruthy()
  })
})
