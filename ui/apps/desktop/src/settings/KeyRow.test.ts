import { surroundings } from '@balie/components'
import { texts } from '@balie/texts'
import { fireEvent, render, screen } from '@testing-library/svelte'
import { describe, expect, it, vi } from 'vitest'
import KeyRow from './KeyRow.svelte'

const keys = texts.nl.settings.keys

function row(chord = 'F7') {
  surroundings.wear({ language: 'nl', theme: 'light', zoom: 100 })
  Element.prototype.scrollIntoView = () => {}
  const onchange = vi.fn()
  const holder = (pressed: string) => (pressed === 'F12' ? { name: 'hangUp', title: 'Ophangen' } : null)
  render(KeyRow, { action: { name: 'hold', group: 'calls', title: 'Wacht', usual: 'F7' }, chord, holder, onchange })
  return { onchange, press: (key: string, more = {}) => fireEvent.keyDown(screen.getByText(keys.press), { key, code: key, ...more }) }
}

describe('a key in the settings', () => {
  it('is changed by pressing another one', async () => {
    const { onchange, press } = row()
    await fireEvent.click(screen.getByText('F7'))
    await press('F8', { ctrlKey: true })

    expect(onchange).toHaveBeenCalledWith('Ctrl+F8', null)
  })

  it('is not taken from another action before somebody says so', async () => {
    const { onchange, press } = row()
    await fireEvent.click(screen.getByText('F7'))
    await press('F12')

    expect(onchange).not.toHaveBeenCalled()
    expect(screen.getByRole('alert').textContent).toContain('Ophangen')
    await fireEvent.click(screen.getByText(keys.take))
    expect(onchange).toHaveBeenCalledWith('F12', 'hangUp')
  })

  it('does not become a key that types', async () => {
    const { onchange, press } = row()
    await fireEvent.click(screen.getByText('F7'))
    await press('m', { code: 'KeyM' })

    expect(screen.getByText(keys.typing)).toBeTruthy()
    expect(onchange).not.toHaveBeenCalled()
  })

  it('goes back to the profile, and away', async () => {
    const { onchange, press } = row('F8')
    await fireEvent.click(screen.getByLabelText(keys.resetOne('Wacht')))
    await fireEvent.click(screen.getByText('F8'))
    await press('Delete')

    expect(onchange.mock.calls).toEqual([['F7', null], ['', null]])
  })
})
