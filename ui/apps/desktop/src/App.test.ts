import { surroundings } from '@balie/components'
import { MockExchange } from '@balie/host/mock'
import { texts } from '@balie/texts'
import { fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import App from './App.svelte'

const t = texts.nl
let exchange: MockExchange

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }))
  Element.prototype.scrollIntoView = () => {}
  exchange = new MockExchange()
  const { settings } = exchange.model
  exchange.model = { ...exchange.model, settings: { ...settings, looks: { ...settings.looks, language: 'nl' } } }
  exchange.start()
  surroundings.wear(exchange.model.settings.looks)
  render(App, { host: exchange })
})

afterEach(() => vi.unstubAllGlobals())

const key = (name: string, more: KeyboardEventInit = {}) => fireEvent.keyDown(document.activeElement ?? document.body, { key: name, code: name, ...more })
const rings = () => exchange.incoming({ name: 'Bakkerij Jansen BV', number: '+31991234567', colleague: null })

describe('the window', () => {
  it('opens the settings with Ctrl+, and comes back home with Escape', async () => {
    await key(',', { ctrlKey: true })
    expect(await screen.findByRole('searchbox', { name: t.settings.searchLabel })).toBe(document.activeElement)
    await key('Escape')
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('search'))
  })

  it('answers and hangs up by key while the settings are open', async () => {
    await key(',', { ctrlKey: true })
    rings()
    await key('F11')
    expect(exchange.model.calls[0]?.state.kind).toBe('active')
    await key('F12')
    expect(exchange.model.calls[0]?.state.kind).toBe('ended')
  })

  it('does a thing once while its key is held', async () => {
    rings()
    await key('F11', { repeat: true })
    expect(exchange.model.calls[0]?.state.kind).toBe('ringing')
    await key('F11')
    await key('F7')
    await key('F7', { repeat: true })
    expect(exchange.model.calls[0]?.state.kind).toBe('held')
  })

  it('does not answer with a key that is being set', async () => {
    await key(',', { ctrlKey: true })
    await fireEvent.click(screen.getByRole('button', { name: t.settings.sections.keys }))
    rings()
    const button = screen.getByText('F7')
    button.focus()
    await fireEvent.click(button)
    await key('F11')

    expect(exchange.model.calls[0]?.state.kind).toBe('ringing')
    expect(screen.getByText(t.settings.keys.take)).toBeTruthy()
  })

  it('wears the look that is set', () => {
    const { settings } = exchange.model
    void exchange.perform({ kind: 'changeSettings', settings: { ...settings, looks: { language: 'en', theme: 'dark', zoom: 150 } } })

    return vi.waitFor(() => {
      const root = document.documentElement
      expect([root.lang, root.dataset.theme, root.style.fontSize]).toEqual(['en', 'dark', '150%'])
    })
  })
})
