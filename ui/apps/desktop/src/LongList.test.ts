import { render } from '@testing-library/svelte'
import { createRawSnippet, tick } from 'svelte'
import { describe, expect, it } from 'vitest'
import LongList from './LongList.svelte'

const one = createRawSnippet((item: () => string) => ({ render: () => `<button data-row>${item()}</button>` }))
const people = (count: number) => Array.from({ length: count }, (_, i) => `person ${i}`)
const names = () => [...document.querySelectorAll('[data-row]')].map((row) => row.textContent)

function shown(items: string[]) {
  return render(LongList<string>, { items, keyOf: (item: string) => item, high: 3, one })
}

describe('a long list', () => {
  it('shows everybody in their order, and says which of how many each is', async () => {
    shown(people(9))
    await tick()
    expect(names()).toEqual(people(9))
    const places = [...document.querySelectorAll('[role=listitem]')].map((item) => `${item.getAttribute('aria-posinset')}/${item.getAttribute('aria-setsize')}`)
    expect(places).toEqual(['1/9', '2/9', '3/9', '4/9', '5/9', '6/9', '7/9', '8/9', '9/9'])
  })

  it('leaves the keyboard with whom it is, where others come or go before them', async () => {
    const { rerender } = shown(people(9))
    await tick()
    document.querySelectorAll<HTMLElement>('[data-row]')[4]?.focus()
    expect(document.activeElement?.textContent).toBe('person 4')

    await rerender({ items: people(9).slice(2) })
    expect(document.activeElement?.textContent).toBe('person 4')
    await rerender({ items: ['somebody new', ...people(9)] })
    expect(document.activeElement?.textContent).toBe('person 4')
  })
})
