// The hands of a person at the window: real keys and a real mouse through the X server, and one count of what they do.

import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { settle } from './company.mjs'
import { active, manage, windows, xdotool } from './display.mjs'
import { until } from './stage.mjs'

/** A person who types knows the keys; 50 ms between them is fast. */
const BETWEEN_MS = 50

export class Hands {
  #window
  #id
  /** Since `rest`: a chord is one press, each letter is one. */
  presses = 0
  clicks = 0
  drags = 0

  /** Puts Balie's window in front, where keys reach it. */
  static async at(window) {
    const hands = new Hands()
    hands.#window = window
    hands.#id = await until('the window', () => windows('^Balie$')[0])
    xdotool('windowactivate', hands.#id)
    await until('the window has the keyboard', () => active() === hands.#id)
    return hands
  }

  /** At the reception panel of Sanne, once it shows this colleague so. */
  static async atPanel(stage, company, colleague, { server } = {}) {
    await manage('openbox')
    settle({ looks: { language: 'nl' } })
    const window = await company.open(stage, 'sanne', { server })
    await window.resize(1180, 760)
    await window.find('[data-place=colleagues] [data-person]', colleague)
    return Hands.at(window)
  }

  /** Begins to count anew. */
  rest() {
    this.presses = this.clicks = this.drags = 0
  }

  /** One key or chord, as xdotool names it: `KP_Enter`, `alt+1`. */
  press(chord) {
    this.presses++
    xdotool('key', chord)
  }

  /** Types letter after letter; what happens meanwhile happens between them. */
  async type(letters, between = BETWEEN_MS) {
    this.presses += letters.length
    await promisify(execFile)('xdotool', ['type', '--delay', `${between}`, '--', letters], { timeout: 30_000 })
  }

  async click(selector, text) {
    const { x, y } = await this.#middle(selector, text)
    this.clicks++
    xdotool('mousemove', `${x}`, `${y}`, 'click', '1')
  }

  /** Takes the one, carries it to the other, and lets go when the other would have it. */
  async drag(from, to) {
    await this.#window.run(`const [from, to] = arguments
      window.carried = null
      addEventListener('dragstart', (event) => { if (event.target.matches(from)) window.carried = 'taken' })
      addEventListener('dragover', (event) => { if (event.defaultPrevented && event.target.closest(to)) window.carried = 'over' })`, from.selector, to.selector)
    // A hand is never quite still, and a drag is told of its movements only.
    const is = (where) => until(`the drag is ${where}`, () => {
      xdotool('mousemove_relative', '--', '2', '0', 'mousemove_relative', '--', '-2', '0')
      return this.#window.run('return window.carried === arguments[0]', where)
    })
    const [start, end] = [await this.#middle(from.grip, from.text), await this.#middle(to.selector, to.text)]
    this.drags++
    xdotool('mousemove', `${start.x}`, `${start.y}`, 'mousedown', '1')
    xdotool('mousemove_relative', '--', '12', '12', 'mousemove_relative', '--', '12', '12')
    await is('taken')
    xdotool('mousemove', `${end.x}`, `${end.y}`)
    await is('over')
    xdotool('mouseup', '1')
  }

  /** Where the middle of something is on the screen. */
  async #middle(selector, text) {
    await this.#window.find(selector, text)
    const inside = await this.#window.run(`const [selector, text] = arguments
      const element = [...document.querySelectorAll(selector)].find(({ innerText }) => innerText.includes(text))
      element.scrollIntoView({ block: 'nearest' })
      const { x, y, width, height } = element.getBoundingClientRect()
      return { x: x + width / 2, y: y + height / 2 }`, selector, text)
    const told = execFileSync('xwininfo', ['-id', this.#id], { timeout: 5_000, encoding: 'utf8' })
    const [left, top] = ['X', 'Y'].map((side) => Number(new RegExp(`Absolute upper-left ${side}: *(-?\\d+)`).exec(told)[1]))
    return { x: Math.round(left + inside.x), y: Math.round(top + inside.y) }
  }
}
