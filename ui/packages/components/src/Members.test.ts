import { fireEvent, render, screen } from '@testing-library/svelte'
import { describe, expect, it, vi } from 'vitest'
import type { Call, Member } from '@balie/host'
import Members from './Members.svelte'

const party = (name: string) => ({ name, number: null, colleague: null })
const own: Member = { id: '1', party: party('Sanne'), own: true, muted: false, steers: true }
const guest: Member = { id: '2', party: party('Anouk'), own: false, muted: false, steers: false }

function call(members: Member[]): Call {
  return {
    id: 'c', direction: 'outgoing', party: guest.party, joined: [], members, state: { kind: 'active' }, since: 0,
    connectedSince: 0, muted: false, account: null, via: null, sentBy: null, digits: '', sound: null, emergency: false,
    suggestions: [], note: '', earlier: [], verbs: [],
  }
}

describe('who is in a conference', () => {
  it('is muted and dropped by whoever steers it', async () => {
    const ask = vi.fn()
    render(Members, { call: call([own, guest]), ask })

    const [mute, drop] = screen.getAllByRole('button', { name: /Anouk/ })
    await fireEvent.click(mute!)
    await fireEvent.click(drop!)

    expect(ask.mock.calls).toEqual([
      [{ kind: 'muteMember', call: 'c', member: '2', on: true }],
      [{ kind: 'dropMember', call: 'c', member: '2' }],
    ])
  })

  it('is only shown to everybody else', () => {
    render(Members, { call: call([{ ...own, steers: false }, { ...guest, steers: true }]), ask: vi.fn() })

    expect(screen.getByText('Anouk')).toBeTruthy()
    expect(screen.queryAllByRole('button')).toEqual([])
  })
})
