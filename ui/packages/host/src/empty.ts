// The picture before the first snapshot: nothing is known and nothing is claimed.

import type { Settings, ViewModel } from './generated/view.ts'

export function emptyModel(): ViewModel {
  return {
    account: null,
    accounts: [],
    signIn: null,
    calls: [],
    colleagues: [],
    recents: [],
    search: { text: '', rows: [] },
    problems: [],
    capabilities: {
      hold: { kind: 'present' },
      transfer: { kind: 'present' },
      consult: { kind: 'present' },
      threeWay: { kind: 'present' },
      directory: { kind: 'present' },
      contacts: { kind: 'present' },
      lamps: { kind: 'present' },
      doNotDisturb: { kind: 'present' },
    },
    contacts: { count: 0, text: '', fit: 0, rows: [], from: 0 },
    favourites: [],
    settings: usualSettings(),
    devices: { microphones: [], speakers: [] },
    hearing: null,
    prefill: null,
    invited: null,
    desktop: {
      tray: { kind: 'present' },
      globalKeys: { kind: 'present' },
      notifications: { kind: 'present' },
      keyStore: { kind: 'present' },
      links: { kind: 'present' },
      autostart: { kind: 'present' },
    },
  }
}

/** What is set where nobody has set anything; the phone says the same. */
export function usualSettings(): Settings {
  const system = { kind: 'system' } as const
  return {
    sound: {
      microphone: system, speaker: system, ringer: system, speakerVolume: 100, ringerVolume: 80, cancelsEcho: true,
      suppressesNoise: true, levelsVoice: true,
    },
    looks: { language: 'system', theme: 'system', zoom: 100 },
    keys: { profile: 'bedienpost', changed: {}, global: false },
    calls: { incomingWindow: true, notifications: true, oneClickTransfer: false, holdReminder: 90 },
    desktop: { startsWithSystem: false, staysWhenClosed: true, opensLinks: true, trustedSites: [] },
  }
}
