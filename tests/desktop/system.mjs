// What the system does for Balie: opens links with it, and starts it when a person signs in.

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Company, settle } from './company.mjs'
import { windows } from './display.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)
const run = (program, ...flags) => execFileSync(program, flags, { timeout: 20_000, encoding: 'utf8' }).trim()
const entry = join(process.env.XDG_DATA_HOME, 'applications/Balie.desktop')
const autostart = join(process.env.XDG_CONFIG_HOME, 'autostart/Balie.desktop')

await stage.play(async () => {
  settle({ looks: { language: 'nl' } })
  const window = await company.open(stage, 'sanne')
  const set = async (desktop) => {
    const { settings } = await window.model()
    const result = await window.ask({ kind: 'changeSettings', settings: { ...settings, desktop: { ...settings.desktop, ...desktop } } })
    if (result.kind !== 'done') throw new Error(JSON.stringify(result))
  }
  await step('Balie is registered for links, and says so', async () => {
    await until('an entry', () => existsSync(entry))
    run('desktop-file-validate', entry)
    await until('every kind of link opens Balie', () =>
      ['tel', 'sip', 'sips', 'callto', 'balie'].every((kind) => run('xdg-mime', 'query', 'default', `x-scheme-handler/${kind}`) === 'Balie.desktop'))
    const { links, autostart } = (await window.model()).desktop
    if (links.kind !== 'present' || autostart.kind !== 'present') throw new Error(JSON.stringify({ links, autostart }))
  })
  await step('a link that the system opens waits for a key', async () => {
    run('xdg-open', 'tel:+31201112233')
    await until('the number waits', async () => (await window.model()).prefill?.to === '+31201112233')
    run('xdg-open', 'callto:0201234567')
    await until('the next number waits', async () => (await window.model()).prefill?.to === '0201234567')
    if ((await window.model()).calls.length !== 0) throw new Error('something was dialled')
  })
  await step('switched off, the entry is gone', async () => {
    await set({ opensLinks: false })
    await until('no entry', () => !existsSync(entry))
  })
  await step('Balie starts with the system when that is set, without its window', async () => {
    if (existsSync(autostart)) throw new Error('it is off as Balie comes')
    await set({ startsWithSystem: true })
    await until('an entry', () => existsSync(autostart))
    run('desktop-file-validate', autostart)
    const command = /^Exec=(.*) (--.*)$/m.exec(readFileSync(autostart, 'utf8'))
    await stage.leave()
    const started = spawn(command[1], command[2].split(' '), { env: { ...process.env, WEBKIT_DISABLE_DMABUF_RENDERER: '1' }, stdio: 'ignore' })
    process.on('exit', () => started.kill())
    await until('it runs', () => {
      try {
        return run(application, '--hangup') === ''
      } catch (error) {
        return error.status === 4
      }
    })
    if (windows('^Balie$').length !== 0) throw new Error('it shows its window')
    run(application)
    await until('the window, when it is asked for', () => windows('^Balie$').length === 1)
    started.kill()
  })
})
await company.stop()
process.exit()
