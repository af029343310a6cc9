// The language and the clock of the window, which every component reads.

import { chooseLanguage, type Language, type Texts, texts } from '@balie/texts'

class Surroundings {
  /** The language of the reader. */
  language: Language = $state('nl')
  /** Milliseconds since 1970; moves once per second while the window is visible. */
  now: number = $state(Date.now())
  /** The texts in that language. */
  t: Texts = $derived(texts[this.language])

  /** Starts the clock and takes the language that was chosen before, or the system's. */
  start(): () => void {
    const kept = localStorage.getItem('language')
    this.speak(chooseLanguage(kept ? [kept] : navigator.languages))
    const tick = () => {
      if (document.visibilityState === 'visible') this.now = Date.now()
    }
    const timer = setInterval(tick, 1000)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }

  /** Uses `language` from now on. */
  speak(language: Language) {
    this.language = language
    localStorage.setItem('language', language)
    document.documentElement.lang = language
  }
}

export const surroundings = new Surroundings()
