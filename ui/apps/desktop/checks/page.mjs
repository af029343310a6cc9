// Opens the built mock page in Debian's chromium without a window, for pictures and for the accessibility check.

import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { dirname, extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../dist/mock')
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' }
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

/** Runs `work` with a function that opens a scene; ends the browser and the server whatever happens. */
export async function withBrowser(work) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname).replace(/^\/$/, '/index.html')
    try {
      const body = await readFile(join(DIST, path))
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const origin = `http://127.0.0.1:${server.address().port}`
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ARGUMENTS })
  try {
    await work(async ({ scene, query = '', language = 'nl', scheme = 'light', forced = false, width = 340, height = 640, zoom = 1 }) => {
      const context = await browser.newContext({
        viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
        deviceScaleFactor: zoom,
        colorScheme: scheme,
        forcedColors: forced ? 'active' : 'none',
        locale: language === 'nl' ? 'nl-NL' : 'en-GB',
        timezoneId: 'Europe/Amsterdam',
      })
      const page = await context.newPage()
      const faults = []
      page.on('pageerror', (error) => faults.push(String(error)))
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
      await page.goto(`${origin}/?scene=${scene}${query}`)
      await page.waitForSelector('main')
      return { page, faults, close: () => context.close() }
    })
  } finally {
    await browser.close()
    server.close()
  }
}

/** Does `work` with every one of `items`, two at a time. */
export async function each(items, work) {
  const left = items.values()
  const lane = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all([lane(), lane()])
}

/** What is wrong with how the page lies in its window. `atOnce` selects what must be seen there without scrolling. */
export async function misplaced(page, atOnce) {
  return [...(await clipped(page)), ...(await broken(page)), ...(atOnce ? await unseen(page, atOnce) : [])]
}

/** What sticks out once every word is three tenths longer, as in the language that one day joins. */
export async function misplacedWhenLonger(page) {
  await page.evaluate(() => {
    const longer = (word) => word + word.slice(0, Math.ceil(word.length * 0.3))
    const texts = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text; text = texts.nextNode()) text.data = text.data.replace(/\p{L}{3,}/gu, longer)
  })
  return (await clipped(page)).map((fault) => `in longer words: ${fault}`)
}

/** Whatever sticks out of the window sideways, described. */
function clipped(page) {
  return page.evaluate(() => {
    const out = []
    const wide = document.documentElement.clientWidth
    for (const element of document.querySelectorAll('#app *')) {
      const box = element.getBoundingClientRect()
      // Words for screen readers alone are one pixel wide.
      if (element.closest('.visually-hidden') || box.width <= 1) continue
      const cut = getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1
      if (box.right > wide + 1 || box.left < -1 || (cut && !element.matches('input'))) {
        out.push(`${element.tagName.toLowerCase()}.${element.className}: ${(element.textContent ?? '').trim().slice(0, 40)}`)
      }
    }
    return out
  })
}

/** Words of buttons and headings that go on in the next line. */
function broken(page) {
  return page.evaluate(() => {
    const out = []
    for (const element of document.querySelectorAll('#app :is(button, h1, h2, h3, label, kbd, dt)')) {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement.closest('.visually-hidden')) continue
        for (const { 0: word, index } of text.data.matchAll(/[\p{L}\p{N}’.]+/gu)) {
          const range = document.createRange()
          range.setStart(text, index)
          range.setEnd(text, index + word.length)
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) out.push(`broken word "${word}" in ${element.tagName.toLowerCase()}`)
        }
      }
    }
    return out
  })
}

/** What `selector` finds and nobody sees whole: it lies outside the window, or behind something else. */
function unseen(page, selector) {
  return page.evaluate((selector) => {
    const found = [...document.querySelectorAll(selector)]
    const seen = (element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      // Within the corners, which are round.
      const spots = [[left + 4, top + 4], [right - 4, bottom - 4]]
      return spots.every(([x, y]) => element.contains(document.elementFromPoint(x, y)))
    }
    const hidden = found.filter((element) => element.checkVisibility() && !seen(element))
    return found.length === 0 ? [`nothing fits ${selector}`] : hidden.map((element) => `not seen without scrolling: ${(element.textContent || element.id).trim()}`)
  }, selector)
}
