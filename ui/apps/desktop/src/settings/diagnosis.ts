// The state of this Balie as text for a help desk: no names, no numbers, no addresses, no names of devices.
//
// It is written in the words of the contract and not translated, so that it reads the same everywhere.

import type { Availability, Registration, ViewModel } from '@balie/host'

export type Circumstances = { version: string; browser: string; language: string; width: number; height: number; now: number }

/** One fact per line. */
export function diagnosis(model: ViewModel, here: Circumstances): string {
  const { sound, looks, keys, calls, desktop } = model.settings
  return [
    ['balie', here.version],
    ['at', new Date(here.now).toISOString()],
    ['system', here.browser],
    ['window', `${here.width}x${here.height}, ${looks.zoom} %, ${looks.theme}, ${here.language}`],
    ['registration', model.account ? registration(model.account.registration) : 'signed out'],
    ...model.calls.map((call): [string, string] => [
      'call', [call.direction, call.state.kind, call.sound ? `${call.sound.codec} ${call.sound.level}/5` : 'no sound'].join(', '),
    ]),
    ['microphones', devices(model.devices.microphones.length, sound.microphone.kind)],
    ['speakers', devices(model.devices.speakers.length, `${sound.speaker.kind}, ringer ${sound.ringer.kind}`)],
    ['volumes', `${sound.speakerVolume} %, ringer ${sound.ringerVolume} %`],
    ['voice', on({ echo: sound.cancelsEcho, noise: sound.suppressesNoise, level: sound.levelsVoice })],
    ['keys', `${keys.profile}, ${Object.keys(keys.changed).length} changed, global ${keys.global ? 'on' : 'off'}`],
    ['calls', `${on({ window: calls.incomingWindow, notifications: calls.notifications, click: calls.oneClickTransfer })}, hold ${calls.holdReminder} s`],
    ['desktop', `${on({ autostart: desktop.startsWithSystem, stays: desktop.staysWhenClosed })}, ${desktop.trustedSites.length} sites`],
    ['absent', absent({ ...model.capabilities, ...model.desktop })],
    ['problems', model.problems.map((problem) => problem.code).join(', ') || 'none'],
  ].map(([name, value]) => `${name}: ${value}`).join('\n')
}

function registration(state: Registration): string {
  switch (state.kind) {
    case 'connecting':
    case 'registered':
      return `${state.kind} since ${new Date(state.since).toISOString()}`
    case 'stale':
      return `stale since ${new Date(state.since).toISOString()}, attempt ${state.attempt}, ${problem(state.problem)}`
    case 'refused':
      return `refused, ${problem(state.problem)}`
  }
}

/** The detail may be the name of a host; only a code of the protocol is let through. */
function problem({ code, detail }: { code: string; detail: string | null }): string {
  return detail !== null && /^SIP \d{3}$/.test(detail) ? `${code} (${detail})` : code
}

function devices(count: number, chosen: string): string {
  return `${count}, chosen: ${chosen}`
}

function on(switches: Record<string, boolean>): string {
  return Object.entries(switches).map(([name, value]) => `${name} ${value ? 'on' : 'off'}`).join(', ')
}

function absent(parts: Record<string, Availability>): string {
  return Object.entries(parts).filter(([, part]) => part.kind === 'absent').map(([name]) => name).join(', ') || 'nothing'
}
