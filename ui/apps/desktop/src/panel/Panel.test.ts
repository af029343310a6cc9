import { surroundings } from '@balie/components'
import { MockExchange } from '@balie/host/mock'
import { fireEvent, render, screen, within } from '@testing-library/svelte'
import { tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { playPanel } from '../../../../packages/host/src/mock/scenes/panel.ts'
import App from '../App.svelte'
import { kept, layout } from './layout.svelte.ts'

let exchange: MockExchange

// Whole pages are drawn here, which takes seconds where other builds use the same cores.
vi.setConfig({ testTimeout: 30_000 })

beforeEach(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  vi.stubGlobal('innerWidth', 1440)
  localStorage.clear()
  layout.wished = kept()
  exchange = new MockExchange()
  const { settings } = exchange.model
  exchange.model = { ...exchange.model, settings: { ...settings, looks: { ...settings.looks, language: 'nl' } } }
  surroundings.wear(exchange.model.settings.looks)
  exchange.start()
  await playPanel(exchange, 'panel-call', [])
  render(App, { host: exchange })
  await tick()
})

afterEach(() => vi.unstubAllGlobals())

const card = () => document.querySelector<HTMLElement>('[draggable=true]')!
const tile = () => document.querySelector<HTMLElement>('[data-person="412"]')!
const state = () => exchange.model.calls[0]?.state.kind

describe('carrying the call onto a colleague', () => {
  it('transfers it', async () => {
    await fireEvent.dragStart(card())
    expect(await fireEvent.dragOver(tile()), 'the tile would have it').toBe(false)
    await fireEvent.drop(tile())
    expect(state()).toBe('transferring')
  })

  it('is the only thing that a tile takes', async () => {
    expect(await fireEvent.dragOver(tile()), 'words from a note').toBe(true)
    await fireEvent.drop(tile())
    await fireEvent.dragStart(card())
    await fireEvent.dragEnd(card())
    await fireEvent.drop(tile())
    expect(state()).toBe('active')
  })

  it('selects no words, which can still be copied after two clicks', async () => {
    const name = within(card()).getByRole('heading', { name: 'Bakkerij Jansen BV' })
    await fireEvent.mouseDown(name, { button: 0, detail: 1 })
    expect(await fireEvent(name, new Event('selectstart', { bubbles: true, cancelable: true }))).toBe(false)
    await fireEvent.mouseDown(name, { button: 0, detail: 2 })
    expect(await fireEvent(name, new Event('selectstart', { bubbles: true, cancelable: true }))).toBe(true)

    getSelection()?.selectAllChildren(name)
    await fireEvent.mouseDown(name, { button: 0, detail: 1 })
    expect(getSelection()?.toString()).toBe('')
  })
})

describe('a call that rings at a colleague', () => {
  const button = () => screen.queryByRole('button', { name: 'Overnemen van Bas Kuiper' })
  const states = () => exchange.model.calls.map(({ state }) => state.kind).sort()

  beforeEach(async () => {
    exchange.staffed(exchange.model.colleagues.map((person) =>
      person.id === '412' ? { ...person, lamp: { ...person.lamp, state: 'ringing', waits: { kind: 'ringing' } } } : person))
    await tick()
  })

  it('is taken with a button, once nobody is spoken with', async () => {
    expect(button()).toBeNull()
    await fireEvent.keyDown(document.body, { key: 'F7', code: 'F7' })
    await tick()
    await fireEvent.click(button()!)
    expect(states()).toEqual(['active', 'held'])
  })

  it('is left alone while one calls somebody', async () => {
    await fireEvent.keyDown(document.body, { key: 'F7', code: 'F7' })
    await exchange.perform({ kind: 'dial', to: '0612345678' })
    await tick()
    expect(button()).toBeNull()
  })

  it('is taken with F11 on the tile', async () => {
    await fireEvent.keyDown(document.body, { key: 'F7', code: 'F7' })
    await tick()
    await fireEvent.keyDown(tile(), { key: 'F11', code: 'F11' })
    expect(states()).toEqual(['active', 'held'])
  })
})

describe('the lines between the panes', () => {
  const line = () => screen.getByRole('separator', { name: 'Breedte van Beller' })
  const width = () => Number(line().getAttribute('aria-valuenow'))
  const columns = () => document.querySelector<HTMLElement>('main')?.style.getPropertyValue('--right')

  it('move by arrow keys, within limits, and are kept for the next start', async () => {
    await fireEvent.keyDown(line(), { key: 'ArrowLeft', code: 'ArrowLeft' })
    expect([width(), columns(), kept().right]).toEqual([368, '23rem', 23])
    await fireEvent.keyDown(line(), { key: 'Home', code: 'Home' })
    await fireEvent.keyDown(line(), { key: 'ArrowRight', code: 'ArrowRight' })
    expect([width(), line().getAttribute('aria-valuemin')]).toEqual([272, '272'])
    await fireEvent.keyDown(line(), { key: 'End', code: 'End' })
    expect(width()).toBe(Number(line().getAttribute('aria-valuemax')))
  })

  it('follow the pointer, and go back to the usual width with two clicks', async () => {
    await fireEvent.pointerDown(line(), { button: 0, clientX: 1000 })
    await fireEvent.pointerMove(line(), { clientX: 968 })
    await fireEvent.pointerUp(line(), { clientX: 968 })
    await fireEvent.pointerMove(line(), { clientX: 900 })
    expect(width()).toBe(384)
    await fireEvent.dblClick(line())
    expect(width()).toBe(352)
  })
})
