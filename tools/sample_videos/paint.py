"""Brushes: colours, gradients, shapes and trees on a canvas measured in units of the stage."""

import numpy as np

from .layers import Layer
from .noise import fractal


def rgb(code):
    """`#rrggbb` as three floats of 0..1."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def gradient(stops, position):
    """Colours [..., 3] at positions of 0..1 between `[(position, '#rrggbb'), ...]`."""
    places = [place for place, _ in stops]
    colours = np.stack([rgb(code) for _, code in stops])
    return np.stack([np.interp(position, places, colours[:, i]) for i in range(3)], -1).astype(np.float32)


class Canvas:
    """A picture with premultiplied alpha, `width` x `height` units with the corner at `left`, `top`."""

    def __init__(self, left, top, width, height, density, seed=0):
        self.left, self.top, self.density = left, top, density
        shape = (round(height * density), round(width * density))
        self.pixels = np.zeros((*shape, 4), np.float32)
        self.rng = np.random.default_rng(seed)
        y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
        self.x, self.y = left + (x + 0.5) / density, top + (y + 0.5) / density

    @property
    def shape(self):
        return self.pixels.shape[:2]

    def noise(self, cell, seed, **options):
        """Fractal noise over the canvas, `cell` in units."""
        return fractal(self.shape, cell * self.density, seed, **options)

    def fill(self, colour, alpha=1.0, window=(slice(None), slice(None))):
        """Paints colour [..., 3] with coverage alpha over what is there."""
        target = self.pixels[window]
        alpha = np.broadcast_to(np.asarray(alpha, np.float32), target.shape[:2])[..., None]
        target *= 1 - alpha
        target[..., :3] += np.clip(colour, 0, 1) * alpha
        target[..., 3:] += alpha

    def edge(self, distance, softness=0.6):
        """Coverage 0..1 from a signed distance in units, positive inside."""
        return np.clip(0.5 + distance / softness, 0, 1)

    def polygon(self, points, colour, alpha=1.0):
        """Fills a polygon of stage points; four samples a texel in each direction smooth its edge."""
        points = np.asarray(points, float)
        window = self.window(points.min(0), points.max(0))
        x, y = self.x[window], self.y[window]
        cover = np.zeros(x.shape, np.float32)
        offsets = (np.arange(4) - 1.5) / (4 * self.density)
        for oy in offsets:
            for ox in offsets:
                inside = np.zeros(x.shape, bool)
                for (ax, ay), (bx, by) in zip(points, np.roll(points, -1, 0)):
                    if ay != by:
                        crosses = (ay <= y + oy) != (by <= y + oy)
                        inside ^= crosses & (x + ox < ax + (y + oy - ay) * (bx - ax) / (by - ay))
                cover += inside
        colour = colour(x, y) if callable(colour) else rgb(colour)
        self.fill(colour, alpha * cover / 16, window)

    def window(self, low, high):
        """The slices that hold a rectangle of the stage, cut at the canvas."""
        x0, x1 = (int((v - self.left) * self.density) for v in (low[0], high[0]))
        y0, y1 = (int((v - self.top) * self.density) for v in (low[1], high[1]))
        return slice(max(y0 - 2, 0), max(y1 + 3, 0)), slice(max(x0 - 2, 0), max(x1 + 3, 0))

    def conifer(self, x, foot, size, colour, light=0.25):
        """A spruce of a given height whose left side is lit."""
        window = self.window((x - size * 0.3, foot - size), (x + size * 0.3, foot))
        px, py = self.x[window], self.y[window]
        if px.size == 0:
            return
        down = (py - (foot - size)) / size
        tier = (down * 6 + self.rng.uniform()) % 1
        half = size * (0.03 + 0.21 * down * (0.55 + 0.45 * tier))
        inside = self.edge(np.minimum(half - np.abs(px - x), foot - py), 1 / self.density)
        side = np.clip(-(px - x) / (half + 0.01), -1, 1)
        shade = 1 + light * (side + 0.9 * (tier - 0.5)) + self.rng.normal(0, 0.12, px.shape).astype(np.float32)
        self.fill(np.asarray(colour) * shade[..., None], inside, window)

    def tuft(self, x, y, radius, colour, light=0.3, flatness=1.0):
        """A round lump of leaves or a flower head, lit from the upper left."""
        window = self.window((x - radius, y - radius), (x + radius, y + radius))
        px, py = (self.x[window] - x) / radius, (self.y[window] - y) / (radius * flatness)
        if px.size == 0:
            return
        inside = self.edge((1 - np.hypot(px, py)) * radius, 1 / self.density)
        shade = 1 - light * (px + py) * 0.8 + self.rng.normal(0, 0.08, px.shape).astype(np.float32)
        self.fill(np.asarray(colour) * shade[..., None], inside, window)

    def grain(self, strength, seed):
        """Dabs of lighter and darker paint, so that no part of the layer is without texture."""
        dabs = self.noise(7, seed, octaves=4, gain=0.75, stretch=1.6)
        self.pixels[..., :3] *= np.clip(1 + strength * dabs, 0, 2)[..., None]
        np.minimum(self.pixels[..., :3], self.pixels[..., 3:], out=self.pixels[..., :3])

    def layer(self, motion=None):
        layer = Layer(self.pixels, (self.left, self.top), self.density)
        if motion is not None:
            layer.motion = motion
        return layer
