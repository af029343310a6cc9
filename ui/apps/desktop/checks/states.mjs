// Every state in which the pages are looked at, in pictures and by the accessibility check: the scene of the mock, how a
// person gets from there to the state, and the windows in which it can be seen.

import { SETTINGS } from './settings.mjs'

/** Windows: inner size in device pixels, and how far it is magnified. */
export const SIZES = {
  phone: { width: 340, height: 640 },
  /** The smallest that the shell allows. */
  small: { width: 320, height: 480 },
  low: { width: 1024, height: 600 },
  wide: { width: 1440, height: 900 },
  zoom: { width: 1440, height: 900, zoom: 2 },
}
const EVERYWHERE = Object.keys(SIZES)

/** Where the panel has just begun, where its middle is too narrow for one row of verbs, and that one magnified. */
const PANELS = { least: { width: 1100, height: 700 }, tight: { width: 1180, height: 760 }, magnified: { width: 1180, height: 760, zoom: 2 } }

/** In the smallest window: every verb of every call, and the box in which a target is typed. */
const VERBS = '.phone .card button, #search'

/** States of the main window; without steps the scene is the state. */
const DESK = [
  { name: 'rest' },
  { name: 'account', scene: 'rest', steps: (page) => page.click('header .menu') },
  { name: 'statemenu', scene: 'rest', steps: (page) => page.click('header [aria-haspopup=menu]') },
  { name: 'search', scene: 'rest', steps: (page) => page.fill('#search', 'sa') },
  { name: 'none', scene: 'call', steps: (page) => page.fill('#search', 'xyz') },
  { name: 'dial' },
  { name: 'ringing', scene: 'panel-ringing' },
  { name: 'call', scene: 'panel-call', atOnce: VERBS },
  { name: 'target', scene: 'panel-call', steps: (page) => page.fill('#search', 'sa') },
  { name: 'pad', scene: 'panel-call', steps: (page) => page.click('.verbs .verb:nth-child(3)') },
  { name: 'second', atOnce: VERBS },
  { name: 'held', atOnce: VERBS },
  { name: 'consult', scene: 'panel-consult', atOnce: VERBS },
  { name: 'conference' },
  { name: 'recall', steps: (page) => page.waitForSelector('.recall') },
  { name: 'lane', scene: 'panel-lane' },
  { name: 'emergency' },
  { name: 'stale' },
  { name: 'cause', scene: 'stale', steps: (page) => page.click('section[aria-labelledby=banner-title] button:nth-of-type(2)') },
  { name: 'other' },
  { name: 'forbidden' },
  { name: 'foreign' },
  { name: 'empty' },
  { name: 'nobody', scene: 'panel-empty' },
  { name: 'many', scene: 'panel-many' },
  { name: 'connecting' },
  { name: 'loading' },
  { name: 'history' },
  { name: 'prefill' },
  { name: 'invited' },
  { name: 'pasted', scene: 'rest', steps: paste },
  { name: 'keys', scene: 'panel-call', steps: (page) => page.keyboard.press('Shift+F1') },
  { name: 'colleagues', scene: 'rest', sizes: ['phone', 'small', 'zoom'], steps: (page) => page.click('#tab-colleagues') },
  { name: 'keypad', scene: 'rest', sizes: ['phone', 'small', 'zoom'], steps: (page) => page.click('#tab-keypad') },
  { name: 'overlay', scene: 'panel-call', sizes: ['low', 'zoom', 'phone'], steps: (page) => page.keyboard.press('F5') },
  { name: 'contacts', scene: 'rest', sizes: ['wide'], steps: (page) => page.click('.chips button:nth-of-type(3)') },
  { name: 'favourites', scene: 'rest', sizes: ['wide'], steps: (page) => page.click('.chips button:nth-of-type(2)') },
  { name: 'tile', scene: 'panel-call', sizes: ['wide'], steps: (page) => page.click('[data-person="401"]') },
  { name: 'hidden', scene: 'panel-call', sizes: ['wide'], steps: hideCaller },
]
/** The panel with its verbs, in windows between those above, and with its panes as wide and as narrow as can be. */
const PANEL = [
  { name: 'panel-call', steps: (page) => page.fill('#search', 'sa') },
  { name: 'panel-lane' },
  { name: 'panel-consult' },
  { name: 'panel-held', scene: 'held' },
  { name: 'panel-most', scene: 'panel-lane', windows: { wide: SIZES.wide, ...PANELS }, steps: widths('End') },
  { name: 'panel-least', scene: 'panel-lane', windows: { wide: SIZES.wide, ...PANELS }, steps: widths('Home') },
]
/** In the few colours that a system forces upon every program. */
const FORCED = { wide: { ...SIZES.wide, forced: true }, phone: { ...SIZES.phone, forced: true } }
const MINI = ['rest', 'ringing', 'call', 'second', 'consult', 'emergency']
/** Which callers ring, and the height that the shell gives their window. */
const INCOMING = { known: 196, anonymous: 196, small: 112, recalled: 196, several: 380, rest: 196 }

/** All of them: `{ name, scene, query, windows: { size: { width, height, zoom } }, steps, atOnce }`; what is to be seen
 *  `atOnce`, is so in the window `small`. */
export const STATES = [
  ...DESK.map(({ name, scene = name, sizes = EVERYWHERE, steps, atOnce }) => ({ name, scene, query: '', windows: named(sizes), steps, atOnce })),
  ...PANEL.map(({ name, scene = name, windows = PANELS, steps }) => ({ name, scene, query: '', windows, steps })),
  { name: 'forced', scene: 'panel-lane', query: '', windows: FORCED },
  { name: 'forced-settings', scene: 'rest', query: '', windows: FORCED, steps: SETTINGS.find(({ name }) => name === 'settings-sound').steps },
  ...MINI.map((scene) => ({ name: `mini-${scene}`, scene, query: '&shape=mini', windows: twice({ width: 340, height: 64 }) })),
  ...Object.entries(INCOMING).map(([scene, height]) => (
    { name: `incoming-${scene}`, scene, query: '&window=incoming', windows: twice({ width: 420, height }) }
  )),
  // What is large by its setting is not magnified once more.
  ...SETTINGS.map((state) => ({ query: '', windows: named(state.name.includes('large') ? ['phone', 'low', 'wide'] : EVERYWHERE), ...state })),
]

const SCHEMES = ['light', 'dark']
const LANGUAGES = ['nl', 'en']

/** Every picture: its state, its name, and how the page is opened. */
export function pictures(states) {
  return states.flatMap((state) => Object.entries(state.windows).flatMap(([size, window]) => SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({
    state, name: `${state.name}-${size}-${scheme}-${language}`, atOnce: size === 'small' ? state.atOnce : undefined,
    options: { scene: state.scene, query: state.query, scheme, language, ...window },
  })))))
}

function named(sizes) {
  return Object.fromEntries(sizes.map((size) => [size, SIZES[size]]))
}

/** A window of one size as it is, and the same window magnified by the system. */
function twice({ width, height }) {
  return { own: { width, height }, zoom: { width: 2 * width, height: 2 * height, zoom: 2 } }
}

async function paste(page) {
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', 'Tel.: +31 (0)99 \u2013 123 45 67')
    document.querySelector('#search').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
}

/** Gives both panes the width that a key means. */
function widths(key) {
  return async (page) => {
    for (const line of await page.locator('[role=separator]').all()) await line.press(key)
  }
}

async function hideCaller(page) {
  await page.keyboard.press('F5')
  await page.keyboard.press('F5')
}
