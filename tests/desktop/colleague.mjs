// A phone without a window, a program of its own: instructions and updates as JSON lines.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { until } from './stage.mjs'

export class Colleague {
  #process
  #model = null
  #outcomes = new Map()
  #given = 0

  constructor(program, flags) {
    this.#process = spawn(program, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#hear(JSON.parse(line)))
  }

  #hear({ update, outcome }) {
    if (outcome) this.#outcomes.set(outcome.id, outcome.result)
    if (!update) return
    const { part, value } = update.change
    if (part === 'everything') this.#model = value
    else if (part === 'lamps') {
      const lamps = new Map(value)
      const colleagues = this.#model.colleagues.map((one) => ({ ...one, lamp: lamps.get(one.id) ?? one.lamp }))
      this.#model = { ...this.#model, colleagues }
    } else this.#model = { ...this.#model, [part]: value }
  }

  /** Waits until its window would show this. */
  async sees(what, holds) {
    await until(`a colleague sees ${what}`, () => this.#model !== null && holds(this.#model))
  }

  /** Asks it to do something; fails when it does not. */
  async ask(command) {
    const id = ++this.#given
    this.#process.stdin.write(`${JSON.stringify({ id, command })}\n`)
    const result = await until(`an outcome of ${command.kind}`, () => this.#outcomes.get(id))
    if (result.kind !== 'done') throw new Error(`${command.kind}: ${JSON.stringify(result)}`)
  }

  /** Answers the call that rings. */
  async answer() {
    await this.sees('a call that rings', (model) => model.calls.some(({ verbs }) => verbs.includes('answer')))
    await this.ask({ kind: 'answer', call: this.#model.calls.find(({ verbs }) => verbs.includes('answer')).id })
    await this.sees('a call', (model) => model.calls.some(({ state }) => state.kind === 'active'))
  }

  /** Ends the call in hand. */
  async hangUp() {
    await this.ask({ kind: 'hangUp', call: this.#model.calls.find(({ verbs }) => verbs.includes('hangUp')).id })
  }

  /** The number of its program. */
  get process() {
    return this.#process.pid
  }

  kill() {
    this.#process.kill('SIGKILL')
  }

  async stop() {
    this.#process.stdin.end('quit\n')
    await until('a colleague ends', () => this.#process.exitCode !== null || this.#process.signalCode !== null, 10_000)
  }
}
