// Where the first start stands: signing in, and after the first time on this computer the sound.

import type { SignIn, ViewModel } from '@balie/host'

const TRIED = 'sound-tried'
/** The numbered steps after signing in. */
const SOUND_STEPS = ['sound', 'ring', 'call'] as const

export type Entrance = 'invitation' | 'server' | 'account'
export type SoundStep = (typeof SOUND_STEPS)[number] | 'ready'

export class FirstRun {
  /** Somebody who is signed in wants to do so with another account. */
  adding: boolean = $state(false)
  entrance: Entrance = $state('invitation')
  /** The step after signing in; absent while there is none to take. */
  sound: SoundStep | null = $state(null)

  #store: Pick<Storage, 'getItem' | 'setItem'>
  #entering = false
  #leaving = false
  #byHand = $state(false)

  constructor(store: Pick<Storage, 'getItem' | 'setItem'> = localStorage) {
    this.#store = store
  }

  /** Notices when the form appears, and when somebody has passed it. */
  follow(model: Pick<ViewModel, 'account' | 'signIn'>) {
    if (model.signIn) {
      if (!this.#entering && !this.adding) this.go(firstStep(model.signIn))
      // Who signs in by what was kept or given at the start does not pass the form.
      this.#entering ||= this.adding || model.signIn.stage.kind !== 'connecting'
    } else if (model.account && this.#entering) {
      const left = this.#leaving
      this.#entering = this.#leaving = false
      if (!left) this.entered()
    }
  }

  /** Goes to a step of signing in. */
  go(step: Entrance) {
    this.entrance = step
    this.#byHand = step !== 'invitation'
  }

  /** Begins again for another account. */
  add() {
    this.adding = true
    this.go('invitation')
  }

  /** The attempt to add an account is given up: the form goes without anybody having passed it. */
  leave() {
    this.#leaving = this.#entering
  }

  /** Somebody is signed in: the sound comes next, once per computer. */
  entered() {
    this.#entering = false
    this.adding = false
    if (this.#store.getItem(TRIED) === null) this.sound = 'sound'
  }

  /** To the next step, or away after the last. */
  next() {
    if (this.sound === null || this.sound === 'ready') this.sound = null
    else this.sound = SOUND_STEPS[SOUND_STEPS.indexOf(this.sound) + 1] ?? 'ready'
    if (this.sound === null || this.sound === 'ready') this.#store.setItem(TRIED, 'yes')
  }

  /** To the step before; the first of them has none. */
  back() {
    if (this.sound === null) return
    const at = this.sound === 'ready' ? SOUND_STEPS.length : SOUND_STEPS.indexOf(this.sound)
    this.sound = SOUND_STEPS[at - 1] ?? this.sound
  }

  /** How far it is; with an invitation there is one step less. */
  progress(): { at: number; of: number } {
    const entering = this.#byHand ? 2 : 1
    const of = entering + (this.#store.getItem(TRIED) === null || this.sound !== null ? SOUND_STEPS.length : 0)
    if (this.sound === null) return { at: this.entrance === 'account' ? 2 : 1, of }
    return { at: entering + (this.sound === 'ready' ? SOUND_STEPS.length : SOUND_STEPS.indexOf(this.sound) + 1), of }
  }
}

/**
 * Who is known already, or whose installation names the exchange, starts at the account. Who came by an invitation has no
 * user yet, and where it fails wants another one.
 */
function firstStep({ server, user, stage, problem }: SignIn): Entrance {
  const invited = user === '' && (stage.kind === 'connecting' || problem !== null)
  return server === '' || invited ? 'invitation' : 'account'
}
