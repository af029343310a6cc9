import { texts } from '@balie/texts'
import { describe, expect, it } from 'vitest'
import { choiceOf, deviceHint, deviceOptions, valueOf } from './devices.ts'

const HEADSET = { id: 'usb', name: 'Headset', isDefault: true }
const LAPTOP = { id: 'pci', name: 'Laptop', isDefault: false }

describe('the list of devices', () => {
  it('begins with the system, by the name of what it uses now', () => {
    expect(deviceOptions([HEADSET, LAPTOP], { kind: 'system' }, texts.nl).map(({ word }) => word)).toEqual([
      'Volg systeem: Headset', 'Headset', 'Laptop',
    ])
  })

  it('keeps a chosen device that is not connected, and says so', () => {
    const gone = { kind: 'device' as const, id: 'bluetooth' }

    expect(deviceOptions([HEADSET], gone, texts.nl).at(-1)).toEqual({ value: 'bluetooth', word: 'Niet aangesloten: bluetooth' })
    expect(deviceHint([HEADSET], gone, texts.nl)).toBe(texts.nl.settings.hints.lost)
  })

  it('tells a device that is away by what people can read of its name', () => {
    const words = (id: string) => deviceOptions([], { kind: 'device', id }, texts.nl).at(-1)?.word

    expect(words('pulseaudio:alsa_input.usb-GN_Netcom_A_S_Jabra_EVOLVE-00.mono-fallback')).toBe('Niet aangesloten: GN Netcom A S Jabra EVOLVE')
    expect(words('pulseaudio:usb-Hoofdtelefoon_Pro_2000.analog-stereo')).toBe('Niet aangesloten: Hoofdtelefoon Pro 2000')
  })

  it('says which device is used, or that there is none', () => {
    expect(deviceHint([HEADSET, LAPTOP], choiceOf('pci'), texts.nl)).toBe('nu in gebruik: Laptop')
    expect(deviceHint([HEADSET, LAPTOP], choiceOf(''), texts.nl)).toBe('nu in gebruik: Headset')
    expect(deviceHint([], { kind: 'system' }, texts.nl)).toBe(texts.nl.settings.hints.noDevice)
  })

  it('turns a choice into a value and back', () => {
    for (const choice of [{ kind: 'system' as const }, { kind: 'device' as const, id: 'usb' }]) {
      expect(choiceOf(valueOf(choice))).toEqual(choice)
    }
  })
})
