"""The sound track of the demo clip: plucked strings over a soft chord, and water."""

import wave

import numpy as np

RATE = 48000


def _note(semitone):
    return 220.0 * 2 ** (semitone / 12)


def _pluck(frequency, seconds, rng):
    """Karplus and Strong's plucked string: a burst of noise in a loop that loses its high tones."""
    period = int(RATE / frequency)
    ring = rng.uniform(-1, 1, period)
    cycles = []
    for _ in range(int(seconds * frequency)):
        cycles.append(ring)
        ring = 0.4985 * (ring + np.roll(ring, 1))
    return np.concatenate(cycles)


def evening(seconds, seed=7):
    """Stereo samples [n, 2] of -1..1."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE)
    t = np.arange(n) / RATE
    track = np.zeros((n, 2))
    for semitone, pan in ((-7, 0.3), (0, 0.7), (5, 0.5), (9, 0.4)):
        swell = np.sin(np.pi * np.clip(t / seconds, 0, 1)) ** 0.7
        tone = sum(np.sin(2 * np.pi * _note(semitone) * k * t + k) / k**2 for k in (1, 2, 3)) * swell * 0.05
        track += tone[:, None] * (1 - pan, pan)
    melody = [5, 9, 12, 17, 14, 12, 9, 5, 7, 12, 16, 17, 21, 17, 12, 9]
    for step, semitone in enumerate(melody):
        start = int((0.15 + step * 0.29) * RATE)
        string = _pluck(_note(semitone), 1.6, rng)[: max(0, n - start)] * 0.2
        pan = 0.5 + 0.3 * np.sin(step)
        track[start : start + len(string)] += string[:, None] * (1 - pan, pan)
    surf = np.cumsum(rng.normal(0, 1, (n, 2)), 0)
    surf -= np.apply_along_axis(lambda x: np.convolve(x, np.ones(400) / 400, "same"), 0, surf)
    track += 0.012 * surf / surf.std() * (0.6 + 0.4 * np.sin(2 * np.pi * t / 2.3))[:, None]
    fade = np.minimum(1, np.minimum(t / 0.1, (seconds - t) / 0.6))[:, None]
    return np.clip(track * fade, -1, 1)


def write_wav(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
