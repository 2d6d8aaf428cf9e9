"""Textured planes under exact maps: what a pixel shows, where that place is at another time, and what covers it."""

import cv2
import numpy as np

UPSAMPLING = 3  # texels per texture unit: bilinear sampling of it is then as good as a long kernel
HIDDEN = np.inf


class Texture:
    """A picture that repeats by reflection, with smaller copies for places that are seen from afar."""

    def __init__(self, picture, levels=1):
        height, width = picture.shape[:2]
        finest = cv2.resize(picture, (width * UPSAMPLING, height * UPSAMPLING), interpolation=cv2.INTER_LANCZOS4)
        self.levels = [np.clip(np.round(finest), 0, 255).astype(np.uint8)]
        for _ in range(levels - 1):
            last = self.levels[-1]
            self.levels.append(cv2.resize(last, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        self.scale = [level.shape[1] / width for level in self.levels]

    def sample(self, u, v, texels):
        """Colors [n, 3] at places in picture pixels; `texels` is how many of them a sample spans."""
        if len(self.levels) == 1:
            return self.bilinear(0, u, v)
        wanted = np.clip(np.log2(np.maximum(texels * UPSAMPLING, 1e-6)), 0, len(self.levels) - 1)
        lower, colors = np.minimum(wanted.astype(int), len(self.levels) - 2), np.zeros((len(u), 3), np.float32)
        for level in np.unique(lower):
            chosen = lower == level
            part = (wanted[chosen] - level).astype(np.float32)[:, None]
            near, far = (self.bilinear(at, u[chosen], v[chosen]) for at in (level, level + 1))
            colors[chosen] = near + part * (far - near)
        return colors

    def bilinear(self, level, u, v):
        picture, scale = self.levels[level], self.scale[level]
        height, width = picture.shape[:2]
        x, y = (u + 0.5) * scale - 0.5, (v + 0.5) * scale - 0.5
        left, top = np.floor(x), np.floor(y)
        a, b = (x - left).astype(np.float32)[:, None], (y - top).astype(np.float32)[:, None]
        columns, rows = (mirrored(left + i, width) for i in (0, 1)), [mirrored(top + i, height) * width for i in (0, 1)]
        first, second = columns
        flat = picture.reshape(-1, 3)
        upper, lower = ((1 - a) * flat[row + first] + a * flat[row + second] for row in rows)
        return (1 - b) * upper + b * lower


def mirrored(index, length):
    index = np.mod(index.astype(np.int64), 2 * length)
    return np.where(index < length, index, 2 * length - 1 - index)


class Surface:
    """A plane with coordinates (u, v) of its own.

    `matrix(t)` is the 3x3 map from them to the frame. `rank` orders surfaces that have no depth, larger in front; None takes the third
    coordinate of the map, the distance from the camera. `inside(u, v)` tells where the plane is cut out, positive inside. `ripple` are
    waves along the plane: rows of amplitude x, y, wave vector x, y, angular speed and phase.
    """

    def __init__(self, texture, matrix, rank=None, inside=None, ripple=(), origin=(0, 0)):
        self.texture, self.matrix, self.rank, self.inside, self.origin = texture, matrix, rank, inside, origin
        self.ripple = np.reshape(ripple, (-1, 6))

    def locate(self, x, y, t):
        """The place (u, v) that the frame shows at (x, y) were nothing in front, and its depth; HIDDEN where the surface is not there."""
        matrix = self.matrix(t)
        u, v, w = np.tensordot(np.linalg.inv(matrix), np.stack([x, y, np.ones_like(x)]), 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            u, v = u / w, v / w
            depth = self.depth(matrix, u, v)
            du, dv, _ = self.waves(u, v, t)
            u, v = u + du, v + dv
            there = np.isfinite(depth) & (depth > 0) & np.isfinite(u) & np.isfinite(v)
            if self.inside is not None:
                there &= self.inside(u, v) > 0
        return np.where(there, u, 0), np.where(there, v, 0), np.where(there, depth, HIDDEN)

    def project(self, u, v, t):
        """Where the frame shows a place, and its depth."""
        a, b = u, v
        for _ in range(30 if len(self.ripple) else 0):  # Newton, for the place that the waves move to (u, v)
            da, db, (aa, ab, ba, bb) = self.waves(a, b, t)
            ra, rb, determinant = a + da - u, b + db - v, aa * bb - ab * ba
            a, b = a - (bb * ra - ab * rb) / determinant, b - (aa * rb - ba * ra) / determinant
            if max(np.abs(ra).max(initial=0), np.abs(rb).max(initial=0)) < 1e-10:
                break
        matrix = self.matrix(t)
        x, y, w = np.tensordot(matrix, np.stack([a, b, np.ones_like(a)]), 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return x / w, y / w, self.depth(matrix, a, b)

    def depth(self, matrix, u, v):
        if self.rank is not None:
            return np.full(np.shape(u), 1.0 / (1 + self.rank))
        return matrix[2, 0] * u + matrix[2, 1] * v + matrix[2, 2]

    def waves(self, u, v, t):
        """The displacement by the waves, and the Jacobian of the displaced place."""
        du, dv = np.zeros_like(u), np.zeros_like(u)
        jacobian = [np.ones_like(u), np.zeros_like(u), np.zeros_like(u), np.ones_like(u)]
        for ax, ay, kx, ky, speed, phase in self.ripple:
            angle = kx * u + ky * v + speed * t + phase
            du, dv = du + ax * np.sin(angle), dv + ay * np.sin(angle)
            for place, slope in enumerate((ax * kx, ax * ky, ay * kx, ay * ky)):
                jacobian[place] = jacobian[place] + slope * np.cos(angle)
        return du, dv, jacobian

    def color(self, u, v, texels):
        return self.texture.sample(u + self.origin[0], v + self.origin[1], texels)


def frontmost(surfaces, x, y, t):
    """Of each place of the frame: the number of the surface that is seen, and (u, v) on it."""
    number, depth = np.zeros(x.shape, np.uint8), np.full(x.shape, HIDDEN)
    place = np.zeros((2, *x.shape))
    for index, surface in enumerate(surfaces):
        u, v, d = surface.locate(x, y, t)
        nearer = d < depth
        number[nearer], depth[nearer] = index, d[nearer]
        place[0][nearer], place[1][nearer] = u[nearer], v[nearer]
    return number, place


def draw(surfaces, size, t):
    """A frame [h, w, 3] as floats: four samples a pixel, each of one surface."""
    width, height = size
    x, y = np.meshgrid(np.arange(2 * width) / 2 - 0.25, np.arange(2 * height) / 2 - 0.25)
    number, (u, v) = frontmost(surfaces, x, y, t)
    image = np.zeros((*x.shape, 3), np.float32)
    for index in np.unique(number):
        mine, surface = number == index, surfaces[index]
        image[mine] = surface.color(u[mine], v[mine], footprint(surface, x[mine], y[mine], t) if len(surface.texture.levels) > 1 else None)
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def footprint(surface, x, y, t):
    """How many units of the texture a sample spans: the square root of its area there."""
    (u0, v0, _), (u1, v1, _), (u2, v2, _) = (surface.locate(x + dx, y + dy, t) for dx, dy in ((0, 0), (0.01, 0), (0, 0.01)))
    return np.sqrt(np.abs((u1 - u0) * (v2 - v0) - (u2 - u0) * (v1 - v0))) / 0.01 / 2


def follow(surfaces, number, place, t, lag):
    """Where the places seen at time t are at t + lag, as flow [h, w, 2], and whether they are seen there."""
    height, width = number.shape
    y, x = np.mgrid[:height, :width].astype(float)
    flow, valid = np.zeros((height, width, 2)), np.zeros((height, width), bool)
    for index in np.unique(number):
        mine = number == index
        to_x, to_y, depth = surfaces[index].project(place[0][mine], place[1][mine], t + lag)
        flow[mine] = np.stack([to_x - x[mine], to_y - y[mine]], -1)
        seen = (depth > 0) & (to_x >= 0) & (to_x <= width - 1) & (to_y >= 0) & (to_y <= height - 1)
        for other, surface in enumerate(surfaces):
            if other != index and seen.any():
                _, _, before = surface.locate(to_x, to_y, t + lag)
                seen &= ~(before < depth * (1 - 1e-9))
        valid[mine] = seen
    return flow.astype(np.float32), valid
