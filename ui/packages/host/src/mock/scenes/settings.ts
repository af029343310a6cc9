// Situations for the settings and the first start: what a desktop lacks, what is plugged in, what was changed.

import type { Availability, Desktop, ViewModel } from '../../generated/view.ts'
import { BAKERY, choice, TOWN } from '../company.ts'
import { problem as known, type MockExchange } from '../exchange.ts'

type Scene = (exchange: MockExchange) => void | Promise<void>

const absent = (nl: string, en: string): Availability => ({ kind: 'absent', reason: { nl, en } })

const BARE: Desktop = {
  tray: absent('Dit bureaublad heeft geen systeembalk voor pictogrammen.', 'This desktop has no tray for icons.'),
  globalKeys: absent('Globale toetsen zijn niet beschikbaar op dit bureaublad.', 'Global keys are not available on this desktop.'),
  notifications: absent('Dit bureaublad toont geen meldingen.', 'This desktop shows no notifications.'),
  keyStore: absent('Er is geen sleutelbos; u meldt zich na elke start aan.', 'There is no keyring; you sign in after each start.'),
  links: absent('Een ander programma opent telefoonlinks.', 'Another program opens telephone links.'),
  autostart: absent('Dit bureaublad start geen programma’s mee.', 'This desktop starts no programs.'),
}

function started(exchange: MockExchange, change: (model: ViewModel) => Partial<ViewModel>) {
  exchange.start()
  exchange.model = { ...exchange.model, ...change(exchange.model) }
}

const SCENES: Record<string, Scene> = {
  'settings-absent': (exchange) => started(exchange, () => ({ desktop: BARE })),
  'settings-nodevices': (exchange) => started(exchange, () => ({ devices: { microphones: [], speakers: [] } })),
  'settings-lost': (exchange) =>
    started(exchange, ({ settings }) => ({
      settings: { ...settings, sound: { ...settings.sound, speaker: { kind: 'device', id: 'pulseaudio:usb-Hoofdtelefoon_Pro_2000.analog-stereo' } } },
    })),
  'settings-changed': (exchange) =>
    started(exchange, ({ settings }) => ({
      settings: {
        ...settings,
        keys: { profile: 'laptop', changed: { hold: 'F8', threeWay: '' }, global: true },
        desktop: { ...settings.desktop, trustedSites: ['crm.example.nl', 'klanten.een-heel-lange-naam-van-een-bedrijf.example.nl'] },
      },
    })),
  'settings-accounts': (exchange) => {
    exchange.start()
    exchange.joined(choice('receptie', 'Receptie', '400', Date.now()))
    const problem = { ...known('exchange-lost'), detail: 'SIP 408' }
    exchange.joined({ ...choice('storing', 'Storingsdienst', null, Date.now()), registration: { kind: 'refused', problem } })
    exchange.incoming(TOWN, { account: 'Receptie' })
  },
  'settings-stale': (exchange) => {
    exchange.start()
    exchange.lose()
  },
  'settings-call': async (exchange) => {
    exchange.start()
    const call = exchange.incoming(BAKERY, { via: 'Algemeen' })
    await exchange.perform({ kind: 'answer', call })
    exchange.incoming(TOWN, { via: 'Algemeen' })
  },
  'settings-dark': (exchange) =>
    started(exchange, ({ settings }) => ({ settings: { ...settings, looks: { language: 'en', theme: 'dark', zoom: 100 } } })),
  'settings-large': (exchange) =>
    started(exchange, ({ settings }) => ({ settings: { ...settings, looks: { language: 'nl', theme: 'light', zoom: 200 } } })),
  'first-large': (exchange) => {
    exchange.signedOut()
    exchange.model = { ...exchange.model, settings: { ...exchange.model.settings, looks: { language: 'nl', theme: 'light', zoom: 200 } } }
  },
}

/** Plays `scene`; false where it is none of these. */
export async function playSettings(exchange: MockExchange, scene: string): Promise<boolean> {
  const play = SCENES[scene]
  if (!play) return false
  await play(exchange)
  return true
}
