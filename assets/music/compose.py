#!/usr/bin/env python3
"""Composes hold.wav, Balie's own music on hold: made here from sine waves, so it is ours to give away.

    python3 assets/music/compose.py assets/music/hold.wav

Sixteen bars at 96 beats a minute are forty seconds; the tails of the last notes fall on the beginning,
so that the loop has no seam. 16 kHz, mono, 16 bit: what survives G.711 without harm and sounds full on
wideband telephones. The same script gives the same bytes.
"""
import math
import struct
import sys
import wave

RATE = 16_000
BEAT = RATE * 60 // 96
BARS = 16
LENGTH = BARS * 4 * BEAT

# Two rounds of eight bars: the chord's notes as MIDI numbers, and the bass below them.
CHORDS = [
    ((60, 64, 67, 71), 36), ((57, 60, 64, 67), 45), ((62, 65, 69, 72), 38), ((55, 59, 62, 65), 43),
    ((60, 64, 67, 71), 36), ((65, 69, 72, 76), 41), ((62, 65, 69, 72), 38), ((55, 59, 62, 67), 43),
]
# Which note of the chord sounds on each eighth; the second round walks the other way.
WALKS = [(0, 1, 2, 3, 2, 1, 2, 1), (3, 2, 1, 0, 1, 2, 3, 2)]
# A melody above, one entry a half bar: step in the chord and octave, or a rest.
MELODY = [(2, 1), None, (1, 1), (0, 1), None, (3, 1), (2, 1), None, (3, 1), (2, 1), None, (1, 1), (0, 1), None, (1, 1), None]


def hertz(note):
    return 440.0 * 2 ** ((note - 69) / 12)


def strike(track, start, note, seconds, loudness, overtones):
    """Adds a bell-like note that dies away; what passes the end falls on the beginning."""
    step = 2 * math.pi * hertz(note) / RATE
    count = int(seconds * RATE)
    for i in range(count):
        attack = min(1.0, i / 120)
        release = min(1.0, (count - i) / 800)
        envelope = loudness * attack * release * math.exp(-3.0 * i / count)
        value = sum(weight * math.sin(step * multiple * i) for multiple, weight in overtones)
        track[(start + i) % LENGTH] += envelope * value


def compose():
    track = [0.0] * LENGTH
    piano = ((1, 1.0), (2, 0.35), (3, 0.12), (4, 0.05))
    soft = ((1, 1.0), (2, 0.12))
    for bar in range(BARS):
        notes, bass = CHORDS[bar % len(CHORDS)]
        start = bar * 4 * BEAT
        strike(track, start, bass, 2.4, 0.30, soft)
        strike(track, start + 2 * BEAT, bass + 7, 1.6, 0.18, soft)
        for eighth, which in enumerate(WALKS[bar // 8]):
            strike(track, start + eighth * BEAT // 2, notes[which], 1.1, 0.16, piano)
        for half in range(2):
            step = MELODY[(bar * 2 + half) % len(MELODY)]
            if step:
                which, octave = step
                strike(track, start + half * 2 * BEAT, notes[which] + 12 * octave, 2.0, 0.14, soft)
    return track


def main(path):
    track = compose()
    peak = max(abs(sample) for sample in track)
    # 9 dB below full scale: as loud as a person on the telephone, not louder.
    scale = 32767 * 10 ** (-9 / 20) / peak
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{LENGTH}h", *(round(sample * scale) for sample in track)))


if __name__ == "__main__":
    main(sys.argv[1])
