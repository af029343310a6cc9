// What a screen reader says beside the screen: one sentence at a time in each of two live regions, at most one
// per two seconds, the newest of what waited. What is urgent interrupts, and stays for those who look.

const PAUSE_MS = 2_000

export class Announcer {
  /** What the live region says; it empties first, so that the same sentence is said again. */
  now: string = $state('')
  /** The last sentence that was said. */
  last: string = $state('')
  #next: string | null = null
  #quiet: ReturnType<typeof setTimeout> | undefined

  say(sentence: string) {
    if (sentence === '') return
    this.#next = sentence
    if (this.#quiet === undefined) this.#speak()
  }

  #speak() {
    const sentence = this.#next
    this.#next = null
    this.#quiet = undefined
    if (sentence === null) return
    this.now = ''
    this.last = sentence
    setTimeout(() => (this.now = sentence), 20)
    this.#quiet = setTimeout(() => this.#speak(), PAUSE_MS)
  }
}

/** Who rings, who came back, that calls do not come in, and what a person asks to hear. */
export const announcer = new Announcer()
/** What may wait until the screen reader has nothing else: how much was found, that a note is kept. */
export const aside = new Announcer()
