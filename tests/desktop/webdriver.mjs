// The few WebDriver commands (W3C WebDriver) that driving Balie's window needs, over plain HTTP.
//
// Every command has a limit in time, so that a driver that hangs fails with the name of the command instead
// of hanging with it.

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const LIMIT_MS = 20_000

/** Starts WebKitWebDriver with `application` and returns its session. */
export async function openWindow(application, args, environment = {}) {
  const port = await freePort()
  const driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
    env: {
      ...process.env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true', WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const base = `http://127.0.0.1:${port}`
  try {
    await until('the driver listens', async () => (await fetch(`${base}/status`)).ok)
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary: application, args } } }
    const { sessionId } = await send(base, 'POST', '/session', { capabilities })
    return new Window(`${base}/session/${sessionId}`, driver)
  } catch (error) {
    driver.kill()
    throw error
  }
}

export class Window {
  #base
  #driver

  constructor(base, driver) {
    this.#base = base
    this.#driver = driver
  }

  /** Waits for the element that `selector` names and whose text contains `text`, or matches it. */
  async find(selector, text = '') {
    let found
    await until(`"${text}" in ${selector}`, async () => {
      found = await this.#first(selector, text)
      return found !== null
    })
    return found[ELEMENT]
  }

  /** Waits until nothing that `selector` names contains `text`. */
  async gone(selector, text = '') {
    await until(`no "${text}" in ${selector}`, async () => (await this.#first(selector, text)) === null)
  }

  /** All texts are read in one command: a list of colleagues has many, and what is looked for may be brief. */
  #first(selector, text) {
    const script = `const [selector, text, pattern] = arguments
      const fits = (shown) => (pattern === null ? shown.includes(text) : new RegExp(pattern).test(shown))
      return [...document.querySelectorAll(selector)].find((element) => fits(element.innerText)) ?? null`
    return this.run(script, selector, String(text), text instanceof RegExp ? text.source : null)
  }

  /** The text of the first element that `selector` names. */
  async text(selector) {
    return this.#send('GET', `/element/${await this.find(selector)}/text`)
  }

  async click(selector, text) {
    await this.#send('POST', `/element/${await this.find(selector, text)}/click`, {})
  }

  async type(selector, text) {
    const element = await this.find(selector)
    await this.#send('POST', `/element/${element}/clear`, {})
    await this.#send('POST', `/element/${element}/value`, { text })
  }

  /** Puts text into a field as pasting it does. */
  async paste(selector, text) {
    await this.find(selector)
    await this.run(`const field = document.querySelector(arguments[0])
      field.focus()
      field.select()
      document.execCommand('insertText', false, arguments[1])`, selector, text)
  }

  /** Presses one key, named as in the WebDriver standard, wherever the focus is. */
  async press(key) {
    const actions = [{ type: 'key', id: 'keyboard', actions: [{ type: 'keyDown', value: key }, { type: 'keyUp', value: key }] }]
    await this.#send('POST', '/actions', { actions })
  }

  /** Gives the window another size, in pixels. */
  async resize(width, height) {
    await this.#send('POST', '/window/rect', { width, height })
  }

  async run(script, ...args) {
    return this.#send('POST', '/execute/sync', { script, args })
  }

  /** The same for a script that gives its result later, to `done`. */
  async later(script, ...args) {
    return this.#send('POST', '/execute/async', { script: `const done = [...arguments].at(-1); ${script}`, args })
  }

  /** Waits until what the page holds now has been drawn. */
  async painted() {
    await this.later('requestAnimationFrame(() => requestAnimationFrame(() => done(true)))')
  }

  /** What the phone tells a page that asks now: the whole view model. */
  async model() {
    return this.later(`const { invoke, transformCallback } = window.__TAURI_INTERNALS__
      // A long message may come after a short one that was sent later.
      const channel = transformCallback(({ message }) => message?.change.part === 'everything' && done(message.change.value))
      invoke('updates', { channel: '__CHANNEL__:' + channel })`)
  }

  /** Asks the phone something as the page does; gives what came of it. */
  async ask(command) {
    return this.later("window.__TAURI_INTERNALS__.invoke('perform', { instruction: { id: 4000000, command: arguments[0] } }).then(({ result }) => done(result))", command)
  }

  async close() {
    try {
      await send(this.#base, 'DELETE', '')
      // The driver answers before it has ended the application; without the driver nobody ends it.
      const { pid } = this.#driver
      await until('the application has ended', () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() === '')
    } finally {
      this.#driver.kill()
    }
  }

  #send(method, path, body) {
    return send(this.#base, method, path, body)
  }
}

async function send(base, method, path, body) {
  const response = await fetch(base + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch((error) => {
    throw new Error(`${method} ${path || '/'}: ${error.message}`)
  })
  const { value } = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
  return value
}

async function until(what, holds) {
  const end = Date.now() + LIMIT_MS
  for (;;) {
    try {
      if (await holds()) return
    } catch (error) {
      if (Date.now() > end) throw error
    }
    if (Date.now() > end) throw new Error(`not seen within ${LIMIT_MS} ms: ${what}`)
    await new Promise((again) => setTimeout(again, 100))
  }
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })
}
