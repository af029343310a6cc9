#!/usr/bin/env python3
"""Speaks the exchange's prompts: one WAV a sentence and language, 8 kHz mono.

The sentences stand in pbx/src/clip.rs, beside the names of the prompts. espeak-ng and sox (Debian) are
needed only here; the recordings are part of the repository. Run from the root: assets/prompts/render.py
"""
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent / "pbx" / "src" / "clip.rs"
DIGITS = {
    "nl": ["nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "plus"],
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "plus"],
}
VOICES = {"nl": "nl", "en": "en-gb"}


def sentences():
    """Every prompt: its file name, and its sentence in both languages."""
    text = SOURCE.read_text()
    block = text[text.index("prompts! {\n    ") :]
    block = block[: block.index("\n}\n")]
    for name, nl, en in re.findall(r'\w+,\s*"(\w+)",\s*"([^"]+)",\s*"([^"]+)";', block):
        yield name, {"nl": nl, "en": en}
    for place, digit in enumerate("0123456789+"):
        name = "digit_plus" if digit == "+" else f"digit_{digit}"
        yield name, {language: words[place] for language, words in DIGITS.items()}


def speak(sentence, language, target):
    """Speaks, cuts the silence at both ends, and leaves a breath after it."""
    spoken = subprocess.run(
        ["espeak-ng", "-v", VOICES[language], "-s", "150", "-p", "45", "--stdout", sentence],
        check=True, capture_output=True,
    ).stdout
    trim = ["silence", "1", "0.01", "0.3%", "reverse", "silence", "1", "0.01", "0.3%", "reverse"]
    subprocess.run(
        ["sox", "-t", "wav", "-", "-r", "8000", "-c", "1", "-b", "16", "-D", str(target),
         *trim, "pad", "0", "0.15", "norm", "-6"],
        input=spoken, check=True,
    )


for name, words in sentences():
    for language, sentence in words.items():
        speak(sentence, language, HERE / language / f"{name}.wav")
