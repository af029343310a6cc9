// The states of the softphone and of the page for incoming calls, and the windows in which they are looked at.

/** What is done in a scene before it is looked at, where the scene itself is not the state. */
const DO = {
  target: (page) => page.fill('#search', 'bas'),
  statemenu: (page) => page.click('header [aria-haspopup=menu]'),
  cause: (page) => page.click('section[aria-labelledby=banner-title] button:nth-of-type(2)'),
  pasted: async (page) => {
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text', 'Tel.: +31 (0)99 \u2013 123 45 67')
      document.querySelector('#search').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
    })
  },
}
const SCENE_OF = { target: 'call', statemenu: 'rest', cause: 'stale', pasted: 'rest' }

const TALL = { width: 340, height: 640 }
const SMALL = { width: 320, height: 480 }
const LOOKS = [{ scheme: 'light', language: 'nl' }, { scheme: 'dark', language: 'en' }]
const PHONE = [
  'rest', 'statemenu', 'dial', 'ringing', 'call', 'target', 'second', 'emergency', 'stale', 'cause', 'forbidden', 'empty', 'connecting',
  'loading', 'history', 'prefill', 'pasted',
]
const MINI = ['rest', 'ringing', 'call', 'second', 'consult', 'emergency']
/** Which callers ring, and the height that the shell gives their window. */
const INCOMING = { known: 196, anonymous: 196, small: 196, recalled: 196, several: 380, rest: 196 }

/** Every picture: its name, how the page is opened and what is done in it. */
export const SOFTPHONE = LOOKS.flatMap((look) => {
  const name = (state, size) => `${state}-${size}-${look.scheme}-${look.language}`
  const picture = (state, size, opened) => ({
    state, name: name(state, size), options: { scene: SCENE_OF[state] ?? state, ...look, ...opened }, act: DO[state],
  })
  return [
    ...PHONE.flatMap((state) => [picture(state, '340', TALL), picture(state, '320', SMALL)]),
    ...MINI.map((state) => picture(state, 'mini', { width: 340, height: 64, query: '&shape=mini' })),
    ...Object.entries(INCOMING).map(([state, height]) => picture(state, 'incoming', { width: 420, height, query: '&window=incoming' })),
  ]
})
