// Language, theme and size as the window wears them, and the memory of them for the next start.
//
// The settings live in the phone, which speaks only after the page has been drawn; the look of last time is
// therefore kept beside the page, so that nothing flashes.

import type { Looks } from '@balie/host'
import { usualSettings } from '@balie/host'
import { chooseLanguage, type Language } from '@balie/texts'

const KEPT = 'looks'
const LANGUAGES: readonly Looks['language'][] = ['system', 'nl', 'en']
const THEMES: readonly Looks['theme'][] = ['system', 'light', 'dark']

/** What the window really wears. */
export type Worn = { language: Language; theme: 'light' | 'dark'; zoom: number }

/** Fills in what is left to the system. */
export function worn(looks: Looks, system: { languages: readonly string[]; dark: boolean }): Worn {
  return {
    language: looks.language === 'system' ? chooseLanguage(system.languages) : looks.language,
    theme: looks.theme === 'system' ? (system.dark ? 'dark' : 'light') : looks.theme,
    zoom: Math.min(200, Math.max(80, looks.zoom)),
  }
}

/** Puts it on the page: everything is measured in rem, so that the root's font size scales all of it. */
export function wear({ language, theme, zoom }: Worn, root: HTMLElement = document.documentElement) {
  root.lang = language
  root.dataset.theme = theme
  root.style.fontSize = zoom === 100 ? '' : `${zoom}%`
}

/** The look of last time; the usual one where none was kept or somebody else wrote there. */
export function keptLooks(store: Pick<Storage, 'getItem'> = localStorage): Looks {
  const usual = usualSettings().looks
  try {
    const kept: Partial<Looks> | null = JSON.parse(store.getItem(KEPT) ?? 'null')
    return {
      language: LANGUAGES.find((language) => language === kept?.language) ?? usual.language,
      theme: THEMES.find((theme) => theme === kept?.theme) ?? usual.theme,
      zoom: typeof kept?.zoom === 'number' ? kept.zoom : usual.zoom,
    }
  } catch {
    return usual
  }
}

/** Remembers `looks` for the next start. */
export function keepLooks(looks: Looks, store: Pick<Storage, 'setItem'> = localStorage) {
  store.setItem(KEPT, JSON.stringify(looks))
}
