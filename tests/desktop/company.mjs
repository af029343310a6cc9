// A real exchange with the demo company, and colleagues without a window, each a program of its own.

import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Colleague } from './colleague.mjs'
import { until } from './stage.mjs'
import { freePort, openWindow } from './webdriver.mjs'

/** The reception's number, as somebody outside dials it. */
export const RECEPTION = '+31850001006'
/** So long a ring must be there before Enter answers it. */
export const GRACE_MS = 300

/** The calls that are not over. */
export const going = ({ calls }) => calls.filter(({ state }) => !['ended', 'released'].includes(state.kind))

/** Everybody's. */
export const PASSWORD = 'balie-demo-wachtwoord'

const COMPANY = fileURLToPath(new URL('../../assets/demo/company.toml', import.meta.url))
const MADE_UP = ['--microphone', 'tone:600', '--speaker', 'null']
const SECRET = 'balie-demo-geheim'
const DOMAIN = 'demo.balie.example'

export class Company {
  #application
  #folder
  #domain
  #data
  #sip
  #https
  #provider
  #agent = null
  #administrator = null
  #exchange = null
  #colleagues = []

  /** Imports the company, with so many `more` people, and serves it on free ports. Another one has a folder and a domain of its own. */
  static async start(application, folder, { more = 0, domain = DOMAIN } = {}) {
    const company = new Company()
    mkdirSync(folder, { recursive: true })
    company.#domain = domain
    company.#application = application
    company.#folder = folder
    company.#data = join(folder, 'exchange')
    for (const old of [company.#data, company.#log]) rmSync(old, { recursive: true, force: true })
    company.#sip = await freePort()
    company.#https = await freePort()
    company.#provider = await freePort()
    process.on('exit', () => company.#end())
    execFileSync(company.#program('balie-pbx'), [...company.#flags(), 'import', company.#described(more)], { timeout: 60_000 })
    await company.serve()
    return company
  }

  /** The demo company with its provider at a port of this run, for the demo's own may be in use here, and more people. */
  #described(more) {
    const described = readFileSync(COMPANY, 'utf8').replaceAll(DOMAIN, this.#domain)
    const moved = described.replace('port = 5080\n', `port = ${this.#provider}\n`)
    if (moved === described) throw new Error('the demo company has no provider at port 5080')
    const file = join(this.#folder, 'company.toml')
    const people = Array.from({ length: more }, (_, i) => `\n[[user]]\nlogin = "medewerker${i}"\nname = "Medewerker ${i}"\ndepartment = "Service"\nextension = "${3000 + i}"\n`)
    writeFileSync(file, moved + people.join(''))
    return file
  }

  /** A program that was built beside the window. */
  #program(name) {
    return join(dirname(this.#application), name)
  }

  /** What somebody signs in as. */
  user(login) {
    return `${login}@${this.#domain}`
  }

  /** Where the API is, as one writes it in the form. */
  get server() {
    return `127.0.0.1:${this.#https}`
  }

  get #log() {
    return join(this.#folder, 'balie-pbx.log')
  }

  get #authority() {
    return join(this.#data, 'tls/authority.pem')
  }

  #flags() {
    return [
      '--data', this.#data, '--bind', '127.0.0.1', '--sip-udp', `${this.#sip}`, '--sip-tcp', `${this.#sip}`,
      '--sip-tls', '0', '--https', `${this.#https}`, '--log', 'debug',
    ]
  }

  /** Starts to serve, also after `kill`, and waits until it does. */
  async serve() {
    const serving = spawn(this.#program('balie-pbx'), [...this.#flags(), 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] })
    const log = createWriteStream(this.#log, { flags: 'a' })
    let ready = false
    for (const stream of [serving.stdout, serving.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`)
        ready ||= line.includes('ready')
      })
    }
    this.#exchange = serving
    await until('the exchange is ready', () => ready || serving.exitCode !== null, 30_000)
    if (!ready) throw new Error('the exchange does not start: see balie-pbx.log')
  }

  /** Pulls the plug. */
  kill() {
    this.#exchange.kill('SIGKILL')
  }

  /** The fingerprint of its authority as its API tells it, over verified TLS, without colons. */
  async fingerprint() {
    return (await this.#call('GET', '/authority')).fingerprint_sha256.replaceAll(':', '')
  }

  /** Signs somebody in at the API; gives the way to ask there as them. */
  async api(login) {
    const { token } = await this.#call('POST', '/sign-in', { user: this.user(login), password: PASSWORD })
    return (method, path, body) => this.#call(method, path, body, token)
  }

  /** An administrator invites somebody; gives the link. */
  async invite(login) {
    this.#administrator ??= await this.api('karin')
    const { id } = (await this.#administrator('GET', '/users')).find(({ name }) => name === login)
    return (await this.#administrator('POST', `/users/${id}/invitations`, {})).link
  }

  /** The time of every invitation is over: an hour is the shortest that an administrator can give. */
  endInvitations() {
    const end = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], 10, isolation_level=None); db.execute('UPDATE invitation SET expires = 1')"
    execFileSync('/usr/bin/python3', ['-c', end, join(this.#data, 'balie.sqlite')], { timeout: 20_000 })
  }

  /** How often something was asked for at the API, as far as it is written down by now. */
  asked(path, status = '') {
    return readFileSync(this.#log, 'utf8').split(`path="/api/v1${path}" status=${status}`).length - 1
  }

  async #call(method, path, body, token) {
    this.#agent ??= new Agent({ ca: readFileSync(this.#authority), keepAlive: true })
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const { status, text } = await new Promise((done, failed) => {
      const asking = request(`https://${this.server}/api/v1${path}`, { agent: this.#agent, method, headers, timeout: 10_000 }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => done({ status: response.statusCode, text }))
      })
      asking.on('error', failed).end(body && JSON.stringify(body))
    })
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }

  /** A colleague who signs in, with sound that is made up, or with the devices of this computer. */
  async colleague(login, sound = MADE_UP) {
    const account = ['--exchange', this.server, '--authority', this.#authority, '--user', this.user(login), '--password', PASSWORD]
    return this.#phone(account, sound)
  }

  /** A plain SIP telephone of somebody, which rings beside their window. */
  async telephone(user) {
    const { server, domain, password } = this.account(user)
    return this.#phone(['--server', server, '--domain', domain, '--user', user, '--password', password])
  }

  /** What any SIP telephone of somebody must know. */
  account(user) {
    return { server: `127.0.0.1:${this.#sip}`, domain: this.#domain, user, password: SECRET }
  }

  /** Somebody outside, whose calls come from the provider: one at a time, for they have its address. */
  async outsider(name, number) {
    return this.#phone(['--user', number, '--domain', '127.0.0.1', '--name', name, '--port', `${this.#provider}`])
  }

  async #phone(account, sound = MADE_UP) {
    const phone = new Colleague(this.#program('balie-engine'), [...account, ...sound, '--bind', '127.0.0.1', '--log', 'warn'])
    this.#colleagues.push(phone)
    await phone.sees('that it can call', (model) => model.account?.registration.kind === 'registered')
    return phone
  }

  /** What somebody outside dials to reach this number of the company. */
  from(outside) {
    return `${outside}@127.0.0.1:${this.#sip}`
  }

  /** Shows on `stage` the window of somebody whom the start signs in, once calls come in. */
  async open(stage, login, { server = this.server, ...environment } = {}) {
    const entrance = ['--sign-in', this.user(login), '--server', server, '--authority', this.#authority]
    const window = await openWindow(this.#application, entrance, { BALIE_PASSWORD: PASSWORD, ...environment })
    stage.window = window
    await window.find('header p', 'Beschikbaar')
    return window
  }

  async stop() {
    await Promise.all(this.#colleagues.map((colleague) => colleague.stop()))
    this.#end()
  }

  /** Nobody is left behind, whatever went wrong. */
  #end() {
    for (const colleague of this.#colleagues) colleague.kill()
    this.#exchange?.kill('SIGKILL')
  }
}

/** What was set on this computer before Balie starts, as it keeps it. Closing the window ends it, unless that is set. */
export function settle({ desktop, ...others } = {}) {
  const settings = { ...others, desktop: { staysWhenClosed: false, ...desktop } }
  const folder = join(process.env.XDG_CONFIG_HOME, 'nl.balie.app')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ settings }))
}
