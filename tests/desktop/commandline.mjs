// A second start of Balie asks the first: answer, hang up, dial, and links that wait for a key.

import { spawnSync } from 'node:child_process'
import { Company, settle } from './company.mjs'
import { Stage, until } from './stage.mjs'

const [application, folder] = process.argv.slice(2)
const inCall = 'section[aria-label=Gesprek] .state'

const stage = new Stage(folder)
const company = await Company.start(application, folder)
const step = (name, act) => stage.step(name, act)

/** Starts Balie once more, and expects this exit code and a sentence with these words. */
function balie(code, words, ...flags) {
  const { status, stdout, stderr } = spawnSync(application, flags, { timeout: 10_000, encoding: 'utf8' })
  const said = `${stdout}${stderr}`.trim()
  const fits = words === '' ? said === '' : said.includes(words)
  if (status !== code || !fits) throw new Error(`balie ${flags.join(' ')} ended with ${status}: ${said}`)
}

await stage.play(async () => {
  const bert = await company.colleague('bert')
  await step('where no Balie runs, that is said in the language of the system', async () => {
    process.env.LANG = 'en_US.UTF-8'
    balie(3, 'Balie is not running', '--answer')
    process.env.LANG = 'nl_NL.UTF-8'
    balie(3, 'Balie draait niet', '--dial', '202')
    process.env.LANG = 'C'
  })
  settle({ looks: { language: 'nl' } })
  const window = await company.open(stage, 'sanne')
  await step('without a call there is nothing to answer or to end', async () => {
    balie(4, 'Er gaat niets over.', '--answer')
    balie(4, 'Er is geen gesprek.', '--hangup')
  })
  await step('--dial calls, --hangup ends', async () => {
    balie(0, '', '--dial', '202')
    await bert.answer()
    await window.find(inCall, 'In gesprek')
    balie(0, '', '--hangup')
    await window.find(inCall, 'Gesprek beëindigd')
    await window.gone(inCall)
  })
  await step('--answer takes the call that rings', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await until('it rings', async () => (await window.model()).calls.some(({ verbs }) => verbs.includes('answer')))
    const begun = Date.now()
    balie(0, '', '--answer')
    console.log(`    ${Date.now() - begun} ms`)
    await window.find(inCall, 'In gesprek')
    await bert.hangUp()
    await window.gone(inCall)
  })
  await step('--hangup refuses what rings', async () => {
    await bert.ask({ kind: 'dial', to: '206' })
    await until('it rings', async () => (await window.model()).calls.some(({ verbs }) => verbs.includes('answer')))
    balie(0, '', '--hangup')
    await bert.sees('that it was refused', (model) => model.calls.every(({ state }) => state.kind === 'ended'))
    await window.gone(inCall)
  })
  await step('a link waits for a key, from a site or not, and shows the window', async () => {
    balie(0, '', '--', 'tel:+31-20-1234567;ext=12')
    const { prefill, calls } = await window.model()
    if (prefill.to !== '+31201234567' || prefill.extension !== '12' || calls.length !== 0) throw new Error(JSON.stringify(prefill))
    balie(0, '', '--link', 'sip:202@demo.balie.example', '--site', 'crm.example')
    const next = await window.model()
    if (next.prefill.site !== 'crm.example' || next.calls.length !== 0) throw new Error(JSON.stringify(next.prefill))
  })
  await step('what is no link or no number is refused, and no link is an option', async () => {
    balie(1, 'Dit is geen nummer of naam.', '--link', 'NL91 ABNA 0417 1643 00')
    balie(2, 'geen link die Balie opent', '--', '--hangup')
    balie(2, 'geen link die Balie opent', 'file:///etc/passwd')
    balie(2, 'cannot be used with', '--answer', '--hangup')
    if ((await window.model()).calls.length !== 0) throw new Error('something was dialled')
  })
  await step('a plain second start opens no second phone', async () => {
    balie(0, '')
    balie(0, '', '--hidden')
  })
})
await company.stop()
process.exit()
