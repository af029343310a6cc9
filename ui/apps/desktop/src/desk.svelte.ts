// What this window adds to the view model: the text in the box, the chosen row, and what was refused.

import { type CallState, type Command, type CommandResult, emptyModel, follow, type Host, type Problem, type Suggestion, type ViewModel } from '@balie/host'
import { actsUpon } from './calls.ts'

export type Tab = 'recents' | 'colleagues' | 'keypad'

export class Desk {
  model: ViewModel = $state.raw(emptyModel())
  /** The first snapshot has arrived. */
  ready: boolean = $state(false)
  /** The shell does not answer any more. */
  gone: boolean = $state(false)
  text: string = $state('')
  chosen: number = $state(0)
  tab: Tab = $state('recents')
  /** The digits pad of the call in hand is open. */
  pad: boolean = $state(false)
  /** Answers to commands that failed, newest last. */
  refused: Problem[] = $state([])
  /** Commands on their way longer than is felt as at once. */
  pending: number = $state(0)

  /** What went wrong and has not been dismissed. */
  readonly problems: Problem[] = $derived([...this.model.problems, ...this.refused])
  readonly hand = $derived(actsUpon(this.model.calls))
  /** The rows under the box: matches, or whom this caller probably wants. */
  readonly rows: Suggestion[] = $derived(
    this.text.trim() === '' ? [] : this.model.search.text === this.text ? this.model.search.rows : [],
  )
  readonly row: Suggestion | null = $derived(this.rows[Math.min(this.chosen, this.rows.length - 1)] ?? null)

  #host: Host
  #refusals = 0

  constructor(host: Host) {
    this.#host = host
  }

  /** Follows the phone until the returned function is called. */
  start(): () => void {
    return follow(this.#host, (model) => {
      this.#closePad(this.model.calls.find((call) => call.id === this.hand?.id)?.state, model)
      this.model = model
      this.ready = true
    })
  }

  /** Asks something of the phone; what it refuses is shown. */
  async ask(command: Command): Promise<boolean> {
    const result = await this.attempt(command)
    if (result?.kind === 'failed') this.refused = [...this.refused.slice(-1), { ...result.problem, id: --this.#refusals }]
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

  /** Takes the text of the box and asks for what fits. */
  type(text: string) {
    this.text = text
    this.chosen = 0
    void this.ask({ kind: 'search', text })
  }

  /** Moves the chosen row; false where there is none. */
  choose(step: 1 | -1): boolean {
    if (this.rows.length === 0) return false
    this.chosen = (Math.min(this.chosen, this.rows.length - 1) + step + this.rows.length) % this.rows.length
    return true
  }

  /** Calls `to`, or with a call in hand transfers it there. */
  reach(to: string) {
    const hand = this.hand
    const command: Command = hand ? { kind: 'transferBlind', call: hand.id, to } : { kind: 'dial', to }
    this.clear()
    void this.ask(command)
  }

  clear() {
    if (this.text !== '') this.type('')
  }

  dismiss(problem: Problem) {
    if (problem.id < 0) this.refused = this.refused.filter((other) => other.id !== problem.id)
    else void this.ask({ kind: 'dismissProblem', id: problem.id })
  }

  #closePad(before: CallState | undefined, after: ViewModel) {
    if (before && !actsUpon(after.calls)?.verbs.includes('digits')) this.pad = false
  }
}
