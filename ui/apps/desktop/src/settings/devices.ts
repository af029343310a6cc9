// The devices that may be chosen, as a list of words.

import type { Device, DeviceChoice } from '@balie/host'
import type { Texts } from '@balie/texts'

/** A chosen device as the value of a list: the system's is empty, for no device has an empty name. */
export function valueOf(choice: DeviceChoice): string {
  return choice.kind === 'system' ? '' : choice.id
}

/** The choice that belongs to the value of a list. */
export function choiceOf(value: string): DeviceChoice {
  return value === '' ? { kind: 'system' } : { kind: 'device', id: value }
}

/** The system's own, every device, and the chosen one also while it is not there. */
export function deviceOptions(devices: readonly Device[], choice: DeviceChoice, t: Texts): { value: string; word: string }[] {
  const usual = devices.find((device) => device.isDefault)
  const options = [
    { value: '', word: t.settings.values.followSystem(usual?.name ?? null) },
    ...devices.map(({ id, name }) => ({ value: id, word: name })),
  ]
  return isLost(devices, choice) ? [...options, { value: valueOf(choice), word: t.settings.values.missing(nameOf(valueOf(choice))) }] : options
}

/** A device that is away by what people can read of what the sound system calls it: those of USB have a name in it. */
function nameOf(id: string): string {
  return /\busb-(.+?)(?:-\d+)?(?:\.[\w-]+)*$/.exec(id)?.[1]?.replaceAll('_', ' ') ?? id
}

/** The chosen device is not connected. */
export function isLost(devices: readonly Device[], choice: DeviceChoice): boolean {
  return choice.kind === 'device' && !devices.some((device) => device.id === choice.id)
}

/** Which device is used now, or what is wrong. */
export function deviceHint(devices: readonly Device[], choice: DeviceChoice, t: Texts): string {
  if (devices.length === 0) return t.settings.hints.noDevice
  if (isLost(devices, choice)) return t.settings.hints.lost
  const used = devices.find((device) => (choice.kind === 'device' ? device.id === choice.id : device.isDefault))
  return used ? t.settings.hints.inUse(used.name) : t.settings.values.followSystem(null)
}
