// The language, the clock and the look of the window, which every component reads.

import type { Looks } from '@balie/host'
import { type Language, type Texts, texts } from '@balie/texts'
import { keepLooks, keptLooks, wear, worn } from './looks.ts'

class Surroundings {
  /** The language of the reader. */
  language: Language = $state('nl')
  /** Milliseconds since 1970; moves once per second while the window is visible. */
  now: number = $state(Date.now())
  /** The texts in that language. */
  t: Texts = $derived(texts[this.language])
  /** The key to show for what can be done, by the name of it in the table of keys; none where it has none. */
  keys: Readonly<Record<string, string>> = $state.raw({})
  /** Width of the window in the window's own ems, so that magnifying makes it narrower. */
  ems: number = $state(0)

  #looks: Looks = keptLooks()

  constructor() {
    this.#wear()
  }

  /** Starts the clock, and follows the system and the window's size. */
  start(): () => void {
    const tick = () => {
      if (document.visibilityState === 'visible') this.now = Date.now()
    }
    const again = () => this.#wear()
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const timer = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', tick)
    dark.addEventListener('change', again)
    window.addEventListener('languagechange', again)
    window.addEventListener('resize', again)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
      dark.removeEventListener('change', again)
      window.removeEventListener('languagechange', again)
      window.removeEventListener('resize', again)
    }
  }

  /** Takes the look that the phone keeps, and remembers it for the next start. */
  wear(looks: Looks) {
    this.#looks = looks
    keepLooks(looks)
    this.#wear()
  }

  #wear() {
    const look = worn(this.#looks, { languages: navigator.languages, dark: prefersDark() })
    this.language = look.language
    wear(look)
    this.ems = window.innerWidth / (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16)
  }
}

/** jsdom has no media queries. */
function prefersDark(): boolean {
  return typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: dark)').matches
}

export const surroundings = new Surroundings()
