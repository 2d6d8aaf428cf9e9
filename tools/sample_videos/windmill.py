"""A windmill above a field of tulips on a bright morning: the sails turn, clouds drift, the camera stands still."""

import numpy as np

from .layers import Scene, chain, moved
from .noise import relief, ridge
from .paint import Canvas, gradient, rgb

HORIZON = 218
HUB = (400, 116)
MARGIN = 60


def windmill(density, degrees_per_frame=3.0, cloud_speed=0.35, camera=None):
    """Units per frame for the clouds; `camera(t)` maps the stage once more."""

    def motion(own):
        return own if camera is None else (lambda t: chain(camera(t), own(t)))

    def canvas(top, bottom, seed, extra=0):
        return Canvas(-MARGIN, top, 640 + 2 * MARGIN + extra, bottom - top, density, seed)

    still = motion(lambda t: moved())
    sail_canvas = Canvas(HUB[0] - 100, HUB[1] - 100, 200, 200, 1.5 * density, 6)
    return Scene(
        [
            sky(canvas(-MARGIN, 260, 1)).layer(still),
            clouds(canvas(-MARGIN, 215, 2, extra=60)).layer(motion(lambda t: moved(dx=-cloud_speed * t))),
            polder(canvas(150, 260, 3)).layer(still),
            field(canvas(HORIZON - 2, 420, 4)).layer(still),
            mill(Canvas(HUB[0] - 90, 60, 180, 230, 1.5 * density, 5)).layer(still),
            sails(sail_canvas).layer(motion(lambda t: moved(angle=np.radians(degrees_per_frame) * t, about=HUB))),
        ]
    )


def sky(c):
    down = np.clip(c.y / HORIZON, 0, 1)
    c.fill(gradient([(0, "#2f7fc4"), (0.45, "#6db3e0"), (0.8, "#b9dff0"), (1, "#f3ecd2")], down))
    c.grain(0.03, 11)
    return c


def clouds(c):
    billows = 0.8 * c.noise(85, 21, octaves=7, gain=0.55, stretch=1.9) + 0.25 * (1 - 2 * np.abs(c.noise(24, 22, octaves=5)))
    low = np.clip((c.y + 20) / HORIZON, 0, 1)
    cover = np.clip((billows - 0.12 + 0.12 * low) * 2.4, 0, 1)
    lit = relief(billows, (3, 2))[..., None]
    colour = gradient([(0, "#ffffff"), (0.55, "#f4efe8"), (1, "#aebfd4")], np.clip(0.85 * (billows - 0.1), 0, 1)) + 0.045 * lit
    c.fill(colour, cover * np.clip((205 - c.y) / 40, 0, 1))
    return c


def polder(c):
    width = c.shape[1]
    line = 206 - 5 * np.abs(ridge(width, 60 * c.density, 31))
    c.fill(gradient([(0, "#7fa3a6"), (1, "#86a87a")], np.clip((c.y - line) / 14, 0, 1)), c.edge(c.y - line))
    c.polygon([(118, 208), (118, 178), (122, 160), (126, 178), (126, 208)], "#8a6f78")
    c.polygon([(126, 208), (126, 192), (138, 184), (152, 192), (152, 208)], "#a5675a")
    for _ in range(420):
        x, down = c.rng.uniform(c.left, c.x[0, -1]), c.rng.uniform()
        if 110 < x < 156 and down > 0.4:
            continue
        tint = gradient([(0, "#6f9a95"), (0.6, "#557f60"), (1, "#3f6a45")], np.clip(down + c.rng.normal(0, 0.12), 0, 1))
        c.tuft(x, 203 + 12 * down, c.rng.uniform(2.5, 6.5), tint)
    c.grain(0.05, 32)
    return c


def field(c):
    c.fill(gradient([(0, "#7ea65a"), (1, "#345a2b")], np.clip((c.y - HORIZON) / 140, 0, 1)))
    colours = ["#e23b3b", "#f7c531", "#f28ab2", "#f4f0e6", "#8c3f9c", "#f0742c"]
    vanish = (250, HORIZON - 8)
    heads = []
    for number, place in enumerate(np.arange(-3600, 3600, 34.0)):
        tint = rgb(colours[number // 6 % len(colours)])
        if number % 6 == 5:
            continue  # a path between the beds
        depth = 0.055
        while depth < 1.35:
            heads.append((depth, place + c.rng.normal(0, 5), tint))
            depth *= 1 + 0.035 + 0.02 * c.rng.uniform()
    for depth, place, tint in sorted(heads, key=lambda head: head[0]):
        x, y = vanish[0] + place * depth, vanish[1] + 142 * depth + c.rng.normal(0, 1.6) * depth
        if not c.left - 5 < x < c.x[0, -1] + 5 or not HORIZON - 2 < y < 425:
            continue
        size = 7.2 * depth
        haze = 0.55 * np.clip(1 - depth * 2.2, 0, 1)
        green = rgb(c.rng.choice(["#3f7a35", "#5b9a44", "#2f6630"]))
        if size > 1.2:
            for _ in range(2):
                lean = c.rng.normal(0, size * 0.5)
                c.polygon([(x - size * 0.16, y + size * 2.2), (x + size * 0.16, y + size * 2.2), (x + lean, y)], "#4d8a3c")
        else:
            c.tuft(x, y + size, size, green + haze * (rgb("#c9d8b0") - green))
        flower = tint * c.rng.uniform(0.86, 1.08) + haze * (rgb("#efe3cf") - tint)
        c.tuft(x, y, size, flower, flatness=1.25)
        if size > 2.2:
            c.polygon([(x - size * 0.3, y + size), (x + size * 0.25, y + size), (x, y - size * 1.35)], lambda px, py, f=flower: np.broadcast_to(f * 0.86, (*px.shape, 3)))
    return c


def mill(c):
    x, foot = HUB[0], 268

    def masonry(tint, course, seed):
        def colour(px, py):
            row = np.floor(py / course)
            joint = ((py / course) % 1 < 0.16) | (((px + row % 2 * course) / (2.2 * course)) % 1 < 0.08)
            brick = np.sin(row * 12.9 + np.floor((px + row % 2 * course) / (2.2 * course)) * 78.2) * 0.09
            round_shade = 1.08 - 0.011 * (px - x)
            return rgb(tint) * (round_shade + brick - 0.2 * joint)[..., None]

        return colour

    def thatch(px, py):
        return rgb("#7a6248") * (1.12 - 0.012 * (px - x) + 0.16 * np.sin(px * 2.1 + np.sin(py * 0.5) * 1.4))[..., None]

    hill = 252 + 0.0032 * (c.x - x) ** 2
    grass = gradient([(0, "#8fb958"), (1, "#4b7f38")], np.clip((c.y - hill) / 26, 0, 1)) * (1 + 0.2 * c.noise(7, 51, octaves=4)[..., None])
    c.fill(grass, c.edge(np.minimum(c.y - hill, 281 - c.y)) * np.clip((86 - np.abs(c.x - x)) / 10, 0, 1))
    c.polygon([(x - 37, foot), (x + 37, foot), (x + 31, 218), (x - 31, 218)], masonry("#b5654a", 4.2, 1))
    c.polygon([(x - 30, 218), (x + 30, 218), (x + 18, 128), (x - 18, 128)], thatch)
    c.polygon([(x - 21, 130), (x + 21, 130), (x + 19, 112), (x + 8, 98), (x - 8, 98), (x - 19, 112)], masonry("#5a4a55", 2.6, 2))
    c.polygon([(x - 46, 219), (x + 46, 219), (x + 46, 216), (x - 46, 216)], "#4d382c")
    for post in np.arange(-44, 45, 8):
        c.polygon([(x + post - 0.6, 216), (x + post + 0.6, 216), (x + post + 0.6, 207), (x + post - 0.6, 207)], "#f1ead8")
    c.polygon([(x - 46, 208), (x + 46, 208), (x + 46, 206.6), (x - 46, 206.6)], "#f1ead8")
    c.polygon([(x - 9, foot), (x + 9, foot), (x + 9, 244), (x, 237), (x - 9, 244)], "#2f5d4a")
    for wx, wy in ((-17, 232), (14, 232), (-4, 190), (-4, 158)):
        c.polygon([(x + wx - 1, wy - 1), (x + wx + 8, wy - 1), (x + wx + 8, wy + 11), (x + wx - 1, wy + 11)], "#f4efe0")
        c.polygon([(x + wx, wy), (x + wx + 7, wy), (x + wx + 7, wy + 10), (x + wx, wy + 10)], "#35566b")
        c.polygon([(x + wx + 3.1, wy), (x + wx + 3.9, wy), (x + wx + 3.9, wy + 10), (x + wx + 3.1, wy + 10)], "#f4efe0")
    c.grain(0.06, 52)
    return c


def sails(c):
    """Four sails of lattice and canvas; the canvas of each has its own colour, so that a quarter turn is seen."""
    for arm, tint in enumerate(("#f7f0dc", "#d9503c", "#f7f0dc", "#e8b23a")):
        turn = moved(angle=np.radians(90 * arm + 22), about=HUB)

        def at(*pairs):
            points = np.array([(HUB[0] + px, HUB[1] - py) for px, py in pairs], float)
            return points @ turn[:, :2].T + turn[:, 2]

        for low in np.arange(18, 90, 6.0):
            cloth = rgb(tint) * (0.93 + 0.1 * (low // 6 % 2))
            c.polygon(at((3, low), (19, low), (19, low + 4.9), (3, low + 4.9)), lambda px, py, f=cloth: np.broadcast_to(f, (*px.shape, 3)))
        for rail in (3, 11, 19):
            c.polygon(at((rail - 0.7, 17), (rail + 0.7, 17), (rail + 0.7, 91), (rail - 0.7, 91)), "#6b4a33")
        c.polygon(at((-2, 0), (2, 0), (1.4, 93), (-1.4, 93)), "#4a3122")
        c.polygon(at((-6, 18), (-1, 18), (-1, 90), (-4, 90)), "#9a3c30")
    c.tuft(*HUB, 5, rgb("#d8a545"))
    c.grain(0.07, 61)
    return c
