"""Flat painted layers that move by known affine maps, and what follows exactly: pictures, flow, occlusion."""

from dataclasses import dataclass, field
from typing import Callable

import numpy as np

SUPERSAMPLING = 2
UNITS_HIGH = 360  # scenes are drawn on a stage of 640 x 360 units, whatever the size of the clip


def moved(dx=0.0, dy=0.0, angle=0.0, zoom=1.0, about=(0.0, 0.0)):
    """The affine map [2, 3]: turn by `angle` (radians) and zoom about a point, then shift."""
    c, s = zoom * np.cos(angle), zoom * np.sin(angle)
    linear = np.array([[c, -s], [s, c]])
    about = np.asarray(about, float)
    return np.column_stack([linear, about - linear @ about + (dx, dy)])


def chain(second, first):
    """The affine map that does `first`, then `second`."""
    return np.column_stack([second[:, :2] @ first[:, :2], second[:, :2] @ first[:, 2] + second[:, 2]])


def inverse(affine):
    linear = np.linalg.inv(affine[:, :2])
    return np.column_stack([linear, -linear @ affine[:, 2]])


def apply(affine, points):
    return points @ affine[:, :2].T + affine[:, 2]


@dataclass
class Layer:
    """A picture [h, w, 4] with premultiplied alpha, and where it stands on the stage at each moment.

    `origin` is the place of its upper left corner in units, `density` its texels per unit, `motion(t)` the affine map
    from where it was drawn to where it is seen in frame t.
    """

    texture: np.ndarray
    origin: tuple
    density: float
    motion: Callable = field(default=lambda t: moved())

    def sample(self, stage, t):
        """Bilinear values [n, 4] at points of the stage [n, 2]; transparent outside."""
        place = (apply(inverse(self.motion(t)), stage) - self.origin) * self.density - 0.5
        height, width = self.texture.shape[:2]
        values = np.zeros((len(stage), 4), np.float32)
        inside = ((place > -1) & (place < (width, height))).all(1)
        place = place[inside]
        corner = np.floor(place).astype(np.int32)
        f = (place - corner).astype(np.float32)
        corner += 1  # the texture has a transparent border of one texel, see `bordered`
        flat, stride = self.bordered.reshape(-1, 4), width + 2
        i = corner[:, 1] * stride + corner[:, 0]
        fx, fy = f[:, :1], f[:, 1:]
        top = flat[i] + fx * (flat[i + 1] - flat[i])
        low = flat[i + stride] + fx * (flat[i + stride + 1] - flat[i + stride])
        values[inside] = top + fy * (low - top)
        return values

    @property
    def bordered(self):
        if not hasattr(self, "_bordered"):
            self._bordered = np.pad(self.texture, ((1, 1), (1, 1), (0, 0)))
        return self._bordered


@dataclass
class Scene:
    """Layers from far to near; `gain(t)` multiplies red, green and blue; `noise` is the sigma of 0..1 values."""

    layers: list
    gain: Callable = field(default=lambda t: (1.0, 1.0, 1.0))
    noise: float = 0.0
    seed: int = 0

    def picture(self, t, width, height):
        """The frame [h, w, 3], 8 bits."""
        fine_h, fine_w = SUPERSAMPLING * height, SUPERSAMPLING * width
        stage = _centres(fine_w, fine_h)
        colour = np.zeros((len(stage), 3), np.float32)
        for layer in self.layers:
            over = layer.sample(stage, t)
            colour = over[:, :3] + (1 - over[:, 3:]) * colour
        colour = colour.reshape(height, SUPERSAMPLING, width, SUPERSAMPLING, 3).mean((1, 3))
        colour *= np.asarray(self.gain(t), np.float32)
        if self.noise:
            colour += np.random.default_rng((self.seed, t)).normal(0, self.noise, colour.shape)
        return (np.clip(colour, 0, 1) * 255 + 0.5).astype(np.uint8)

    def owner(self, stage, t):
        """The number of the layer that is seen at each point: the nearest one that is at least half opaque."""
        seen = np.zeros(len(stage), np.int32)
        for number, layer in enumerate(self.layers):
            seen[layer.sample(stage, t)[:, 3] >= 0.5] = number
        return seen

    def flow(self, t, other, width, height):
        """The flow [h, w, 2] in pixels from frame `t` to frame `other`, and where it ends hidden or outside [h, w]."""
        stage = _centres(width, height)
        owner = self.owner(stage, t)
        target = np.empty_like(stage)
        for number, layer in enumerate(self.layers):
            mine = owner == number
            target[mine] = apply(chain(layer.motion(other), inverse(layer.motion(t))), stage[mine])
        unit = height / UNITS_HIGH
        pixel = target * unit
        outside = ((pixel < 0) | (pixel > (width, height))).any(1)
        hidden = outside | (self.owner(target, other) > owner)
        flow = ((target - stage) * unit).astype(np.float32)
        return flow.reshape(height, width, 2), hidden.reshape(height, width)


def _centres(width, height):
    """The pixels' centres on the stage, [h * w, 2]."""
    unit = height / UNITS_HIGH
    y, x = np.mgrid[:height, :width]
    return (np.stack([x.ravel(), y.ravel()], 1) + 0.5) / unit
