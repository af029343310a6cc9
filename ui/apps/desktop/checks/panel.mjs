// The states of the reception panel, and the windows in which they are looked at.

/** What is done in a scene before it is looked at, where the scene itself is not the state. */
const DO = {
  'panel-target': (page) => page.fill('#search', 'sa'),
  'panel-none': (page) => page.fill('#search', 'xyz'),
  'panel-contacts': (page) => page.click('.chips button:nth-of-type(3)'),
  'panel-favourites': (page) => page.click('.chips button:nth-of-type(2)'),
  'panel-tile': (page) => page.click('[data-person="401"]'),
  'panel-pad': (page) => page.click('.verbs .verb:nth-child(3)'),
  'panel-keys': (page) => page.keyboard.press('Shift+F1'),
  'panel-hidden': async (page) => {
    await page.keyboard.press('F5')
    await page.keyboard.press('F5')
  },
  'panel-overlay': (page) => page.keyboard.press('F5'),
}
const SCENE_OF = {
  'panel-target': 'panel-call', 'panel-none': 'panel-call', 'panel-contacts': 'rest', 'panel-favourites': 'rest', 'panel-tile': 'panel-call',
  'panel-pad': 'panel-call', 'panel-keys': 'panel-call', 'panel-hidden': 'panel-call', 'panel-overlay': 'panel-call', 'panel-emergency': 'emergency',
  'panel-rest': 'rest', 'panel-stale': 'stale', 'panel-foreign': 'foreign', 'panel-second': 'second', 'panel-prefill': 'prefill',
}

const WIDE = { width: 1440, height: 900 }
const LOW = { width: 1024, height: 600 }
const ZOOM = { width: 1440, height: 900, zoom: 2 }
const LOOKS = [
  { scheme: 'light', language: 'nl' }, { scheme: 'dark', language: 'nl' }, { scheme: 'light', language: 'en' }, { scheme: 'dark', language: 'en' },
]
/** Only there where the whole panel is. */
const STATES = [
  'panel-rest', 'panel-empty', 'panel-ringing', 'panel-second', 'panel-call', 'panel-target', 'panel-none', 'panel-tile', 'panel-pad', 'panel-lane',
  'panel-consult', 'panel-contacts', 'panel-favourites', 'panel-many', 'panel-stale', 'panel-foreign', 'panel-emergency', 'panel-prefill',
  'panel-hidden', 'panel-keys',
]
/** Worth a look in every window. */
const EVERYWHERE = ['panel-rest', 'panel-call', 'panel-lane', 'panel-consult', 'panel-many', 'panel-stale', 'panel-overlay', 'panel-keys']

/** Every picture: its name, how the page is opened and what is done in it. */
export const PANEL = LOOKS.flatMap((look) => {
  const picture = (state, size, opened) => ({
    state, name: `${state}-${size}-${look.scheme}-${look.language}`, options: { scene: SCENE_OF[state] ?? state, ...look, ...opened }, act: DO[state],
  })
  return [
    ...STATES.map((state) => picture(state, '1440', WIDE)),
    ...EVERYWHERE.flatMap((state) => [picture(state, '1024', LOW), picture(state, 'zoom', ZOOM)]),
  ]
})
