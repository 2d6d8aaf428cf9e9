"""Scenes by name: surfaces cut from photos, and how they move. All sizes are in pixels of the frame, times in frames."""

import zlib

import cv2
import numpy as np

from .surfaces import Surface, Texture

TURN = 2 * np.pi


class Stage:
    """Draws random numbers and photos for one scene; the same seed gives the same scene."""

    def __init__(self, name, seed, photos, size, frames):
        self.random = np.random.default_rng([seed, zlib.crc32(name.encode())])
        self.width, self.height = size
        self.frames, self.used, self.surfaces = frames, [], []
        self.photos = list(self.random.permutation(photos))

    def photo(self, among=5):
        """The one with most detail of the next few photos, so that a scene is not chosen for its sky."""
        few = [(path, self.read(path)) for path in self.photos[:among]]
        path, picture = max(few, key=lambda item: detail(item[1]).mean())
        self.photos.remove(path)
        self.photos.append(path)
        self.used.append(str(path))
        return picture

    def read(self, path):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise SystemExit(f"known-motion: {path}: is no image that OpenCV reads")
        shorter = min(picture.shape[:2])
        scale = np.clip(shorter, self.height, 1.4 * self.height) / shorter
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=way).astype(np.float32)

    def between(self, low, high):
        return self.random.uniform(low, high)

    def sign(self):
        return self.random.choice([-1, 1])

    def layer(self, move=None, turn=None, zoom=None, tilt=None, inside=None, radius=None, center=None, ripple=(), picture=None):
        """A flat layer in front of those before it, around `center`."""
        picture = self.photo() if picture is None else picture
        spot = busiest(picture, self.random, radius) if radius else self.random.uniform(0, 1, 2) * picture.shape[1::-1]
        center = (self.width / 2, self.height / 2) if center is None else center

        def matrix(t):
            angle, scale = (turn(t) if turn else 0), (zoom(t) if zoom else 1)
            (x, y), (p, q) = np.add(center, move(t)) if move else center, tilt(t) if tilt else (0, 0)
            c, s = scale * np.cos(angle), scale * np.sin(angle)
            return np.array([[c, -s, x], [s, c, y], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, 1, 0], [p, q, 1.0]])

        self.surfaces.append(Surface(Texture(picture), matrix, len(self.surfaces), inside, ripple, spot))

    # ---- motion ----

    def swing(self, size, period, middle=0.0):
        phase = self.between(0, TURN)
        return lambda t: middle + size * np.sin(TURN * t / period + phase)

    def pan(self, speed, unsteady):
        """A camera that goes one way at speed, a little faster and slower, a little up and down."""
        angle, along, across = self.between(-0.35, 0.35) + (self.sign() < 0) * np.pi, self.swing(unsteady * 4, 25), self.swing(speed * 0.4, 19)
        way = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return lambda t: way @ (speed * t + along(t), across(t))

    def loop(self, speed):
        """Round an ellipse, at most at this speed."""
        period, phase, angle, side = self.between(38, 64), self.between(0, TURN), self.between(0, TURN), 0.65 * self.sign()
        size = speed * period / TURN
        way = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return lambda t: way @ (size * np.cos(TURN * t / period + phase), side * size * np.sin(TURN * t / period + phase))

    def spin(self, low, high):
        start, rate = self.between(0, TURN), np.radians(self.between(low, high)) * self.sign()
        return lambda t: start + rate * t

    def ripples(self, count, size, low, high, speed):
        rows = []
        for _ in range(count):
            a, k = self.between(0, TURN), self.between(0, TURN)
            number, amplitude = TURN / self.between(low, high), size * self.between(0.7, 1.3)
            rows.append([amplitude * np.cos(a), amplitude * np.sin(a), number * np.cos(k), number * np.sin(k), speed * self.between(0.7, 1.3) * self.sign(), self.between(0, TURN)])
        steepness = sum(np.hypot(*row[:2]) * np.hypot(*row[2:4]) for row in rows)
        return [[row[0] * min(1, 0.65 / steepness), row[1] * min(1, 0.65 / steepness), *row[2:]] for row in rows]

    # ---- shapes: the distance from the outline in px, about, positive inside ----

    def stone(self, radius, at=(0, 0)):
        waves, sizes, phases = np.arange(2, 6), self.random.normal(0, 0.2, 4) / np.arange(2, 6), self.random.uniform(0, TURN, 4)

        def inside(u, v):
            angle = np.arctan2(v - at[1], u - at[0])
            return radius * (1 + sum(s * np.cos(n * angle + p) for n, s, p in zip(waves, sizes, phases))) - np.hypot(u - at[0], v - at[1])

        return inside

    def stones(self, move, count, radius):
        """Stones all along a camera's way, so that some are always seen."""
        length = np.hypot(*(np.subtract(move(self.frames), move(0)))) / self.width
        parts = [self.stone(radius * self.height * self.between(0.7, 1.3), self.random.uniform(-0.5, 0.5, 2) * (self.width, self.height) - move(self.between(0, self.frames)))
                 for _ in range(round(count * (1 + length)))]
        return lambda u, v: np.max([part(u, v) for part in parts], axis=0)

    def spread(self, count):
        columns = int(np.ceil(np.sqrt(1.6 * count)))
        rows = -(-count // columns)
        for cell in self.random.permutation(columns * rows)[:count]:
            yield (cell % columns + self.between(0.3, 0.7)) * self.width / columns, (cell // columns + self.between(0.3, 0.7)) * self.height / rows


def detail(picture):
    return np.abs(cv2.Laplacian(cv2.GaussianBlur(picture.mean(2), (0, 0), 1.2), cv2.CV_32F)) > 2.5


def busiest(picture, random, radius):
    busy = cv2.blur(detail(picture).astype(np.float32), (int(radius), int(radius)))
    spots = random.uniform(0.05, 0.95, (10, 2)) * picture.shape[1::-1]
    return max(spots, key=lambda spot: busy[int(spot[1]), int(spot[0])])


def bar(length, width):
    return lambda u, v: np.minimum(length / 2 - np.abs(u), width / 2 - np.abs(v))


def wire(sag, length, width):
    return lambda u, v: width / 2 - np.abs(v - sag * np.cos(TURN * u / length)) / np.sqrt(1 + (TURN * sag / length * np.sin(TURN * u / length)) ** 2)


def times(factor, move):
    return lambda t: factor * np.asarray(move(t))


# ---- the scenes ----

def slow_pan(stage):
    move = stage.pan(1.1, 0.15)
    for depth, radius, count in ((1, None, 0), (1.6, 0.2, 3), (2.3, 0.15, 2)):
        own = times(depth, move)
        stage.layer(own, inside=stage.stones(own, count, radius) if radius else None)


def fast_pan(stage):
    move = stage.pan(16, 4)
    stage.layer(move)
    near = times(1.2, move)
    stage.layer(near, inside=stage.stones(near, 3, 0.2))


def fast_object(stage):
    stage.layer()
    for crossing in range(-(-stage.frames // 24)):
        move, middle, radius = stage.pan(25, 6), 24 * crossing + 12, 0.2 * stage.height
        stage.layer(lambda t, move=move, middle=middle: move(t) - move(middle), turn=stage.spin(1, 3), inside=stage.stone(radius), radius=radius)


def many_objects(stage):
    stage.layer(stage.pan(1, 0.3))
    for center in stage.spread(8):
        radius = stage.between(0.12, 0.2) * stage.height
        stage.layer(stage.loop(stage.between(3, 12)), turn=stage.spin(0.5, 2.5), inside=stage.stone(radius), radius=radius, center=center)


def zoom_rotate(stage):
    for turn, radius in ((0.2, None), (0.5, 0.3 * stage.height)):
        p, q = stage.swing(1.5e-4, 52), stage.swing(1.5e-4, 41)
        stage.layer(stage.loop(4) if radius else None, stage.swing(turn, 58), stage.swing(0.22, 48, 1.25), lambda t, p=p, q=q: (p(t), q(t)),
                    stage.stone(radius) if radius else None, radius)


def non_rigid(stage):
    stage.layer(stage.pan(0.5, 0.2), ripple=stage.ripples(3, 4, 180, 320, 0.3))
    radius = 0.35 * stage.height
    stage.layer(stage.loop(2), inside=stage.stone(radius), radius=radius, ripple=stage.ripples(3, 6, 130, 240, 0.45))


def blank_floor(stage):
    def blank(picture):
        speckle = cv2.GaussianBlur(stage.random.normal(0, 2, picture.shape[:2]).astype(np.float32), (0, 0), 0.7)
        return cv2.GaussianBlur(picture, (0, 0), 0.2 * stage.height) + speckle[..., None]

    move, slope, radius = stage.pan(0.7, 0.2), stage.between(-0.1, 0.1), 0.2 * stage.height
    stage.layer(move, picture=blank(stage.photo()))
    stage.layer(times(1.5, move), inside=lambda u, v: v - slope * u - 20, picture=blank(stage.photo()))
    stage.layer(stage.loop(6), turn=stage.spin(0.3, 1), inside=stage.stone(radius), radius=radius)


def thin(stage):
    stage.layer(stage.pan(1.2, 0.3))
    for center in stage.spread(6):
        length = stage.between(0.5, 0.9) * stage.height
        stage.layer(stage.loop(stage.between(4, 10)), turn=stage.spin(0.2, 1.2), inside=bar(length, stage.between(7, 14)), radius=length / 3, center=center)
    for _ in range(3):
        stage.layer(stage.loop(stage.between(3, 6)), turn=stage.swing(0.03, 40, stage.between(0, TURN)),
                    inside=wire(stage.between(4, 10), stage.between(200, 400), stage.between(2, 3)), picture=0.2 * stage.photo())


def planes3d(stage):
    """A camera that flies over a dim, repetitive ground between boxes, in front of a far wall: most of it moves 10 to 60 px a frame."""
    focal, unit = 0.9 * stage.width, 1.0
    speed, drift, sway = stage.between(0.13, 0.18), stage.swing(0.45, 34), stage.swing(0.05, 27)
    yaw, pitch, side = stage.swing(0.1, 31), stage.between(0.1, 0.16), stage.between(0.055, 0.08) * stage.sign()
    corner = np.array([[focal, 0, (stage.width - 1) / 2], [0, focal, (stage.height - 1) / 2], [0, 0, 1]])

    def camera(t):
        position = np.array([side * (t - stage.frames / 2) + drift(t), -1.3 + sway(t), speed * t])
        c, s = np.cos(yaw(t)), np.sin(yaw(t))
        turned = np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]])
        c, s = np.cos(pitch), np.sin(pitch)
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ turned, position

    def plane(picture, at, right, down, inside=None, texels=120.0, levels=6):
        """`right` and `down` are directions in space; the texture has so many pixels to a unit of it."""
        at, axes = np.asarray(at, float), np.stack([right, down], 1) / texels

        def matrix(t):
            rotation, position = camera(t)
            return corner @ rotation @ np.column_stack([axes, at - position])

        stage.surfaces.append(Surface(Texture(picture, levels), matrix, None, inside))

    end = speed * stage.frames
    tile = stage.photo()[: stage.height // 3, : stage.height // 3]
    plane(25 + 0.3 * tile, (0, 0, 0), (1, 0, 0), (0, 0, 1))
    plane(stage.photo(), (0, 0, end + 9 * unit), (1, 0, 0), (0, 1, 0), texels=60)
    for place in range(7):
        width, height, depth = stage.between(0.5, 1.0), stage.between(0.6, 1.6), stage.between(0.4, 0.9)
        x = (place % 2 * 2 - 1) * stage.between(1.3, 2.3)
        z = end * (place + 0.5) / 7 + stage.between(2.6, 3.4)
        angle = stage.between(-0.5, 0.5)
        front, along = np.array([np.cos(angle), 0, np.sin(angle)]), np.array([-np.sin(angle), 0, np.cos(angle)])
        low, picture = np.array([x, 0, z]), stage.photo(2)
        for start, across, length, rise, tall in (
            (low - along * depth / 2, front, width, (0, 1, 0), height), (low + along * depth / 2, front, width, (0, 1, 0), height),
            (low - front * width / 2, along, depth, (0, 1, 0), height), (low + front * width / 2, along, depth, (0, 1, 0), height),
            (low - np.array([0, height, 0]), front, width, along, depth),
        ):
            is_top = rise is along
            box = lambda u, v, length=length * 120 / 2, tall=tall * 120, is_top=is_top: np.minimum(
                length - np.abs(u), tall / 2 - np.abs(v) if is_top else np.minimum(-v, tall + v))
            plane(picture, start, across, rise, box)


def crossing(stage):
    """Several large objects that cross at 20 to 60 px a frame before a ground that pans."""
    stage.layer(stage.pan(3, 0.5))
    for number in range(5):
        radius, speed = stage.between(0.22, 0.32) * stage.height, stage.between(20, 60)
        angle, period = stage.between(-0.5, 0.5) + (number % 2) * np.pi, stage.between(11, 17)
        way, sides, start = np.array([np.cos(angle), np.sin(angle)]), stage.between(-0.3, 0.3) * stage.height, stage.between(0, period)
        # To and fro, fastest in the middle of the frame.
        move = lambda t, way=way, sides=sides, start=start, size=speed * period / TURN * 2, period=2 * period: (
            way * size * np.sin(TURN * (t + start) / period) + np.array([-way[1], way[0]]) * sides)
        stage.layer(move, turn=stage.spin(0.5, 3), inside=stage.stone(radius), radius=radius)


SCENES = {
    "slow-pan": slow_pan, "fast-pan": fast_pan, "fast-object": fast_object, "many-objects": many_objects, "zoom-rotate": zoom_rotate,
    "non-rigid": non_rigid, "blank-floor": blank_floor, "thin": thin, "planes3d": planes3d, "crossing": crossing,
}


def build(name, seed, photos, size, frames):
    stage = Stage(name, seed, photos, size, frames)
    SCENES[name](stage)
    return stage
