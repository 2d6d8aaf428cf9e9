"""Smooth random fields, the same for the same seed on every machine."""

import numpy as np


def _spread(length, cells):
    """The matrix [length, cells + 1] that interpolates lattice values smoothly (smoothstep)."""
    position = (np.arange(length) + 0.5) * cells / length
    cell = np.minimum(position.astype(int), cells - 1)
    t = position - cell
    t = t * t * (3 - 2 * t)
    matrix = np.zeros((length, cells + 1), np.float32)
    rows = np.arange(length)
    matrix[rows, cell] = 1 - t
    matrix[rows, cell + 1] = t
    return matrix


def fractal(shape, cell, seed, octaves=5, gain=0.5, stretch=1.0):
    """Fractal value noise of about -1..1, shape [h, w]; `cell` texels per lattice cell, `stretch` times as wide."""
    rng = np.random.default_rng(seed)
    total, weight, norm = np.zeros(shape, np.float32), 1.0, 0.0
    for octave in range(octaves):
        size = cell / 2**octave
        if size < 1.5:
            break
        rows = max(1, round(shape[0] / size))
        columns = max(1, round(shape[1] / (size * stretch)))
        lattice = rng.uniform(-1, 1, (rows + 1, columns + 1)).astype(np.float32)
        total += weight * (_spread(shape[0], rows) @ lattice @ _spread(shape[1], columns).T)
        norm += weight * weight
        weight *= gain
    return total / np.sqrt(norm)


def ridge(width, cell, seed, octaves=6, gain=0.5):
    """A fractal line of about -1..1, shape [w]."""
    return fractal((2, width), cell, seed, octaves, gain)[0]


def relief(height, light=(1, 1)):
    """Brightness about 0 of a height field lit from the upper left."""
    shade = height - np.roll(height, light, (0, 1))
    shade[: light[0]] = 0
    shade[:, : light[1]] = 0
    return np.clip(shade / (3 * shade.std() + 1e-6), -1, 1)
