// The icon in the tray, with a panel that comes and goes, and what closing the window means with it and without.

import { execFileSync, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Company, settle } from './company.mjs'
import { closeWindow, manage, windows } from './display.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const isShown = () => windows('^Balie$').length === 1

class Panel {
  #program = spawn(join(dirname(application), 'examples/panel'), { stdio: ['pipe', 'pipe', 'inherit'] })
  #lines = createInterface({ input: this.#program.stdout })[Symbol.asyncIterator]()

  async say(line) {
    this.#program.stdin.write(`${line}\n`)
    return (await this.#lines.next()).value
  }

  async press(label) {
    const answer = await this.say(`press ${label}`)
    if (answer !== `pressed ${label}`) throw new Error(answer)
  }

  async shows(pattern) {
    let seen
    await until(`the panel shows ${pattern}`, async () => pattern.test((seen = await this.say('look'))), 10_000).catch((error) => {
      throw new Error(`${error.message}; it shows ${seen}`)
    })
  }

  close() {
    this.#program.kill()
  }
}

await stage.play(async () => {
  await manage('openbox')
  const bert = await company.colleague('bert')
  settle({ looks: { language: 'nl' }, calls: { incomingWindow: false }, desktop: { staysWhenClosed: true } })
  const window = await company.open(stage, 'sanne')
  const tray = async () => (await window.model()).desktop.tray
  await step('without a panel there is no tray, and the window is told why', async () => {
    const { kind, reason } = await tray()
    if (kind !== 'absent' || !reason.nl.includes('GNOME')) throw new Error(JSON.stringify({ kind, reason }))
  })
  let panel = new Panel()
  await step('a panel that comes shows the icon', async () => {
    await until('a tray', async () => (await tray()).kind === 'present')
    await panel.shows(/^Balie: Beschikbaar \| Active \| 3 sizes \| Balie tonen, \(Aannemen\), \(Ophangen of weigeren\), Niet storen, Balie afsluiten$/)
  })
  await step('a call rings there, is answered and ended there', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await panel.shows(/Inkomende oproep \| NeedsAttention .* Aannemen, Ophangen of weigeren,/)
    await panel.press('Aannemen')
    await panel.shows(/In gesprek \| Active .*\(Aannemen\), Ophangen of weigeren,/)
    await panel.press('Ophangen of weigeren')
    await panel.shows(/Beschikbaar/)
  })
  await step('do not disturb is switched there', async () => {
    await panel.press('Niet storen')
    await panel.shows(/Balie: Niet storen/)
    await panel.press('Niet storen')
    await panel.shows(/Balie: Beschikbaar/)
  })
  await step('closing the window leaves Balie in the tray, which brings it back', async () => {
    await closeWindow()
    await until('the window is hidden', () => !isShown())
    await panel.shows(/Balie: Beschikbaar/)
    await panel.press('Balie tonen')
    await until('the window is back', isShown)
  })
  await step('a panel that goes is told, and closing the window ends Balie then', async () => {
    panel.close()
    await until('no tray', async () => (await tray()).kind === 'absent')
    await closeWindow()
    stage.window = null
    await until('Balie ends', () => {
      try {
        execFileSync(application, ['--hangup'], { stdio: 'ignore', timeout: 10_000 })
      } catch (error) {
        return error.status === 3
      }
    })
  })
  await window.close().catch(() => {})
  await step('the menu quits Balie', async () => {
    panel = new Panel()
    const started = spawn(application, [], { env: { ...process.env, WEBKIT_DISABLE_DMABUF_RENDERER: '1' }, stdio: 'ignore' })
    process.on('exit', () => started.kill())
    await panel.shows(/Balie: Niet verbonden/)
    await panel.press('Balie afsluiten')
    await until('it ends by itself', () => started.exitCode === 0, 10_000)
    panel.close()
  })
})
await company.stop()
process.exit()
