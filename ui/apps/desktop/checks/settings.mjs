// The settings and the first start: which scene of the mock, and how a person gets there.

const open = (section) => async (page) => {
  await page.keyboard.press('Control+,')
  if (section) await page.click(`[data-section="${section}"]`)
}

const enter = async (page, ...values) => {
  for (const value of values) {
    await page.fill('input[data-entry]:focus, input[data-entry]', value)
    await page.keyboard.press('Enter')
  }
}

const invited = async (page, times = 0) => {
  await enter(page, 'balie://centrale.demo.invalid/invitation#abc')
  await page.waitForSelector('[role=meter]')
  for (let i = 0; i < times; i++) await page.click('main .verbs button:first-child')
}

const byHand = async (page) => {
  await page.click('main .verbs button:last-child')
  await enter(page, 'centrale.demo.invalid')
  await page.fill('input[name=user]', 'sanne@demo.invalid')
}

export const SETTINGS = [
  { name: 'settings-list', scene: 'rest', steps: open(null) },
  ...['account', 'sound', 'calls', 'keys', 'looks', 'links', 'desktop', 'network', 'about'].map((section) => ({
    name: `settings-${section}`, scene: 'rest', steps: open(section),
  })),
  { name: 'settings-search', scene: 'rest', steps: async (page) => { await open(null)(page); await page.fill('input[type=search]', 'hard') } },
  { name: 'settings-search-none', scene: 'rest', steps: async (page) => { await open(null)(page); await page.fill('input[type=search]', 'fax') } },
  { name: 'settings-accounts', scene: 'settings-accounts', steps: open('account') },
  { name: 'settings-call', scene: 'settings-call', steps: open('sound') },
  { name: 'settings-nodevices', scene: 'settings-nodevices', steps: open('sound') },
  { name: 'settings-lost', scene: 'settings-lost', steps: open('sound') },
  { name: 'settings-absent-calls', scene: 'settings-absent', steps: open('calls') },
  { name: 'settings-absent-keys', scene: 'settings-absent', steps: open('keys') },
  { name: 'settings-absent-links', scene: 'settings-absent', steps: open('links') },
  { name: 'settings-absent-desktop', scene: 'settings-absent', steps: open('desktop') },
  { name: 'settings-changed-keys', scene: 'settings-changed', steps: open('keys') },
  { name: 'settings-changed-links', scene: 'settings-changed', steps: open('links') },
  {
    name: 'settings-key-taken', scene: 'rest',
    steps: async (page) => { await open('keys')(page); await page.click('.pane li:nth-child(3) .keys button'); await page.keyboard.press('F12') },
  },
  {
    name: 'settings-key-refused', scene: 'rest',
    steps: async (page) => { await open('keys')(page); await page.click('.pane li:nth-child(3) .keys button'); await page.keyboard.press('m') },
  },
  {
    name: 'settings-keys-text', scene: 'rest',
    steps: async (page) => {
      await open('keys')(page)
      await page.fill('#set-keyText', '{"profile":"laptop","changed":{"mute":"F12"}}')
      await page.click('#row-keyText .verbs button:last-child')
    },
  },
  { name: 'settings-stale', scene: 'settings-stale', steps: open('network') },
  { name: 'settings-dark', scene: 'settings-dark', steps: open('looks') },
  { name: 'settings-large', scene: 'settings-large', steps: open('sound') },
  { name: 'settings-large-keys', scene: 'settings-large', steps: open('keys') },
  { name: 'settings-add', scene: 'rest', steps: async (page) => { await open('account')(page); await page.click('#row-addAccount button') } },
  { name: 'first-invitation', scene: 'signin' },
  { name: 'first-refused', scene: 'signin', steps: async (page) => enter(page, 'hallo') },
  { name: 'first-invited', scene: 'invited-new' },
  { name: 'first-server', scene: 'signin', steps: async (page) => page.click('main .verbs button:last-child') },
  { name: 'first-account', scene: 'signin', steps: byHand },
  {
    name: 'first-password', scene: 'signin',
    steps: async (page) => { await byHand(page); await page.fill('input[name=password]', 'fout'); await page.keyboard.press('Enter'); await page.waitForSelector('.notice') },
  },
  {
    name: 'first-fingerprint', scene: 'signin',
    steps: async (page) => { await byHand(page); await page.fill('input[name=password]', 'x'); await page.keyboard.press('Enter'); await page.waitForSelector('code') },
  },
  { name: 'first-sound', scene: 'signin', steps: (page) => invited(page) },
  { name: 'first-ring', scene: 'signin', steps: (page) => invited(page, 1) },
  { name: 'first-call', scene: 'signin', steps: (page) => invited(page, 2) },
  {
    name: 'first-calling', scene: 'signin',
    steps: async (page) => { await invited(page, 2); await page.fill('input[type=tel]', '412'); await page.keyboard.press('Enter') },
  },
  { name: 'first-ready', scene: 'signin', steps: (page) => invited(page, 3) },
  { name: 'first-large', scene: 'first-large' },
  { name: 'first-large-sound', scene: 'first-large', steps: (page) => invited(page) },
]
