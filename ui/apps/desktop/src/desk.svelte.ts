// What this window adds to the view model: the text in the box, the chosen row, and what was refused.

import { consequenceOf, type Call, type CallState, type Colleague, type Command, type CommandResult, emptyModel, follow, type Host, type Problem, type Suggestion, type ViewModel } from '@balie/host'
import { actsUpon, engaged, rings } from './calls.ts'
import { settled } from './rows.ts'
import type { Target } from './target.ts'

/** What stands under the call in the reception panel. */
export type View = 'hits' | 'everyone' | 'favourites' | 'contacts'
export type Tab = 'recents' | 'colleagues' | 'keypad'

export class Desk {
  model: ViewModel = $state.raw(emptyModel())
  /** The first snapshot has arrived. */
  ready: boolean = $state(false)
  /** The shell does not answer any more. */
  gone: boolean = $state(false)
  text: string = $state('')
  /** The row that was chosen among the matches; none where that row is gone. */
  chosen: string | null = $state(null)
  /** A tile that was chosen as target, by [`Colleague.id`]. */
  picked: string | null = $state(null)
  /** The call whose card is being carried, which may have ended on the way. */
  carried: string | null = $state(null)
  tab: Tab = $state('recents')
  view: View = $state('everyone')
  /** The digits pad of the call in hand is open. */
  pad: boolean = $state(false)
  /** The pane about the caller is open where it lies over the rest. */
  pane: boolean = $state(false)
  /** Answers to commands that failed, newest last. */
  refused: Problem[] = $state([])
  /** Commands on their way longer than is felt as at once. */
  pending: number = $state(0)

  /** What went wrong and has not been dismissed. */
  readonly problems: Problem[] = $derived([...this.model.problems, ...this.refused])
  /** It signs in, so that what is empty only says that nothing has come yet. */
  readonly connecting = $derived(this.model.account?.registration.kind === 'connecting')
  readonly hand = $derived(actsUpon(this.model.calls))
  /** The call in hand is being carried and can be given to somebody. */
  readonly carries = $derived(this.carried !== null && this.carried === this.hand?.id && this.hand.verbs.includes('transferBlind'))
  /** The matches for what stands in the box; until they are there, those for what stood there before. */
  rows: Suggestion[] = $state.raw([])
  /** What was typed when `rows` was found. */
  found: string = $state('')
  readonly row: Suggestion | null = $derived(this.rows.find((row) => row.id === this.chosen) ?? null)
  /** Whom the verbs of a target would reach: the chosen row, or with an empty box the chosen tile. */
  readonly target: Target | null = $derived.by(() => {
    if (this.row) return { to: this.row.to, party: this.row.party, consequence: this.row.consequence }
    const person = this.text.trim() === '' ? this.model.colleagues.find(({ id }) => id === this.picked) : undefined
    if (!person) return null
    return { to: person.dial, party: { name: person.name, number: person.dial, colleague: person.id }, consequence: consequenceOf(person.lamp) }
  })

  /** The phone has said what fits the text of the box. */
  #answered = false
  #rang = new Map<string, number>()
  #host: Host
  #refusals = 0

  constructor(host: Host) {
    this.#host = host
  }

  /** Follows the phone until the returned function is called. */
  start(): () => void {
    return follow(this.#host, (model) => {
      this.#closePad(this.model.calls.find((call) => call.id === this.hand?.id)?.state, model)
      this.#hearRings(model)
      this.#settle(model)
      this.model = model
      this.ready = true
    })
  }

  /** Asks something of the phone; what it refuses is shown. */
  async ask(command: Command): Promise<boolean> {
    const result = await this.attempt(command)
    if (result?.kind === 'failed') this.#refuse(result.problem)
    return result?.kind === 'done'
  }

  /** Uses the invitation that waits. Where signing in began, its form says what went wrong. */
  async acceptInvitation(): Promise<boolean> {
    const result = await this.attempt({ kind: 'acceptInvitation' })
    if (result?.kind === 'failed' && !this.model.signIn) this.#refuse(result.problem)
    return result?.kind === 'done'
  }

  /** The same for a screen that says itself what was refused; null when the shell is gone. */
  async attempt(command: Command): Promise<CommandResult | null> {
    let felt = false
    const slow = setTimeout(() => {
      felt = true
      this.pending++
    }, 150)
    try {
      return await this.#host.perform(command)
    } catch {
      this.gone = true
      return null
    } finally {
      clearTimeout(slow)
      if (felt) this.pending--
    }
  }

  /** Takes the text of the box and asks for what fits. What is shown stays until the answer, so that a key draws once. */
  type(text: string) {
    this.text = text
    this.#answered = false
    this.chosen = null
    this.picked = null
    if (text.trim() === '') {
      this.rows = []
      this.found = ''
      if (this.view === 'hits') this.view = 'everyone'
    }
    void this.ask({ kind: 'search', text })
  }

  /** Moves the chosen row; false where there is none. */
  choose(step: 1 | -1): boolean {
    if (!this.#answered || this.rows.length === 0) return false
    const at = this.rows.findIndex(({ id }) => id === this.chosen)
    const next = at < 0 ? (step === 1 ? 0 : this.rows.length - 1) : (at + step + this.rows.length) % this.rows.length
    this.chosen = this.rows[next]?.id ?? null
    return true
  }

  /** When the ring of `call` was first seen in this window. */
  rangAt(call: Call): number {
    return this.#rang.get(`${call.id} ${call.since}`) ?? call.since
  }

  /** Whether somebody waits at a colleague and can be taken now. */
  takes(person: Colleague): boolean {
    return person.lamp.waits !== null && person.lamp.staleSince === null && !engaged(this.model.calls)
  }

  take(person: Colleague) {
    void this.ask({ kind: 'pickUp', colleague: person.id })
  }

  /** The colleague from whom the key takes: whose tile has the focus, else the one that is the target. */
  takenFrom(focused: string | undefined): string | null {
    const id = focused ?? this.target?.party.colleague
    const person = id === undefined || id === null ? undefined : this.model.colleagues.find((other) => other.id === id)
    return person && this.takes(person) ? person.id : null
  }

  /** Calls `to`, or with a call in hand transfers it there. */
  reach(to: string) {
    const hand = this.hand
    const command: Command = hand ? { kind: 'transferBlind', call: hand.id, to } : { kind: 'dial', to }
    this.clear()
    void this.ask(command)
  }

  /** A click on a colleague: with a call in hand it chooses whom to reach, unless one click is to do. */
  touch(person: Colleague) {
    const chooses = this.hand?.verbs.includes('transferBlind') && !this.model.settings.calls.oneClickTransfer
    if (!chooses) return this.reach(person.dial)
    if (this.text !== '') this.type('')
    this.picked = this.picked === person.id ? null : person.id
  }

  /** A click on a match that is a colleague. */
  pickRow(row: Suggestion) {
    const chooses = this.hand?.verbs.includes('transferBlind') && !this.model.settings.calls.oneClickTransfer
    if (chooses) this.chosen = row.id
    else this.reach(row.to)
  }

  clear() {
    this.picked = null
    if (this.text !== '') this.type('')
  }

  dismiss(problem: Problem) {
    if (problem.id < 0) this.refused = this.refused.filter((other) => other.id !== problem.id)
    else void this.ask({ kind: 'dismissProblem', id: problem.id })
  }

  /** Rows that are shown keep their place; a row is chosen for the person only once. */
  #settle(model: ViewModel) {
    if (model.search === this.model.search) return
    if (this.text.trim() === '' || model.search.text !== this.text) return
    const first = !this.#answered || this.rows.length === 0
    this.rows = settled(this.#answered ? this.rows : [], model.search.rows)
    if (first) this.chosen = this.rows[0]?.id ?? null
    if (!this.#answered) this.view = 'hits'
    this.#answered = true
    this.found = this.text
  }

  #refuse(problem: Problem) {
    this.refused = [...this.refused.slice(-1), { ...problem, id: --this.#refusals }]
  }

  #hearRings(model: ViewModel) {
    const rang = new Map<string, number>()
    for (const call of model.calls.filter(rings)) {
      const name = `${call.id} ${call.since}`
      rang.set(name, this.#rang.get(name) ?? Date.now())
    }
    this.#rang = rang
  }

  #closePad(before: CallState | undefined, after: ViewModel) {
    if (before && !actsUpon(after.calls)?.verbs.includes('digits')) this.pad = false
  }
}
