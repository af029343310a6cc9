import type { Account, Problem, SignIn } from '@balie/host'
import { describe, expect, it } from 'vitest'
import { FirstRun } from './first-run.svelte.ts'

const ACCOUNT = {} as Account
const form = (server = ''): SignIn => ({ server, user: '', stage: { kind: 'form' }, problem: null })

function computer() {
  const kept = new Map<string, string>()
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
}

describe('the first start', () => {
  it('begins with the invitation, and with the account where the exchange is known', () => {
    const fresh = new FirstRun(computer())
    fresh.follow({ account: null, signIn: form() })
    const known = new FirstRun(computer())
    known.follow({ account: null, signIn: form('centrale.example') })

    expect([fresh.entrance, known.entrance]).toEqual(['invitation', 'account'])
  })

  it('stays with the invitation while a link signs in, and where that fails', () => {
    const signIn = form('centrale.example')
    const begun = new FirstRun(computer())
    begun.follow({ account: ACCOUNT, signIn: { ...signIn, stage: { kind: 'connecting', since: 0 } } })
    const failed = new FirstRun(computer())
    failed.follow({ account: null, signIn: { ...signIn, problem: {} as Problem } })

    expect([begun.entrance, failed.entrance]).toEqual(['invitation', 'invitation'])
  })

  it('keeps the step while the form changes', () => {
    const run = new FirstRun(computer())
    run.follow({ account: null, signIn: form() })
    run.go('account')
    run.follow({ account: null, signIn: form('centrale.example') })

    expect(run.entrance).toBe('account')
  })

  it('asks for the sound after the first sign-in on a computer, and never again', () => {
    const here = computer()
    const first = new FirstRun(here)
    first.follow({ account: null, signIn: form() })
    first.follow({ account: ACCOUNT, signIn: null })
    const steps = [first.sound]
    for (let i = 0; i < 4; i++) {
      first.next()
      steps.push(first.sound)
    }
    expect(steps).toEqual(['sound', 'ring', 'call', 'ready', null])

    const second = new FirstRun(here)
    second.follow({ account: null, signIn: form() })
    second.follow({ account: ACCOUNT, signIn: null })
    expect(second.sound).toBeNull()
  })

  it('does not come between who was signed in already', () => {
    const run = new FirstRun(computer())
    run.follow({ account: ACCOUNT, signIn: null })

    expect([run.sound, run.adding]).toEqual([null, false])
  })

  it('does not come between who is signed in by what the start was given', () => {
    const run = new FirstRun(computer())
    run.follow({ account: null, signIn: { ...form('centrale.example'), stage: { kind: 'connecting', since: 0 } } })
    run.follow({ account: ACCOUNT, signIn: null })

    expect(run.sound).toBeNull()
  })

  it('is over once one more account is signed in, and goes on when that was given up', () => {
    const connecting = { ...form('centrale.example'), stage: { kind: 'connecting' as const, since: 0 } }
    const run = new FirstRun(computer())
    run.add()
    run.follow({ account: ACCOUNT, signIn: connecting })
    run.leave()
    run.follow({ account: ACCOUNT, signIn: null })
    expect([run.adding, run.sound]).toEqual([true, null])

    run.follow({ account: ACCOUNT, signIn: connecting })
    run.follow({ account: ACCOUNT, signIn: null })
    expect(run.adding).toBe(false)
  })

  it('ends when another account is signed in', () => {
    const run = new FirstRun(computer())
    run.add()
    run.entered()

    expect(run.adding).toBe(false)
  })

  it('counts a step less with an invitation', () => {
    const run = new FirstRun(computer())
    run.follow({ account: null, signIn: form() })
    expect(run.progress()).toEqual({ at: 1, of: 4 })
    run.go('account')
    expect(run.progress()).toEqual({ at: 2, of: 5 })
    run.entered()
    expect(run.progress()).toEqual({ at: 3, of: 5 })
    run.back()
    expect(run.sound).toBe('sound')
  })
})
