"""A mountain lake in the evening: the camera follows a sailing boat, pines pass in front, a balloon rises."""

import numpy as np

from .layers import Scene, chain, moved
from .noise import fractal, relief, ridge
from .paint import Canvas, gradient, rgb

SHORE = 226  # where water begins, in units from the top
SUN = (442, 146)
MARGIN = 80  # painted beyond the stage, for a camera that turns or zooms


def lake(density, frames, pan=0.8, camera=None, boat_speed=1.1):
    """`pan` units per frame at depth 1; `camera(t)` maps the stage once more."""

    def at_depth(depth):
        return motion(lambda t: moved(dx=-pan * depth * t))

    def motion(own):
        return own if camera is None else (lambda t: chain(camera(t), own(t)))

    def canvas(top, bottom, depth, seed):
        return Canvas(-MARGIN, top, 640 + 2 * MARGIN + pan * depth * frames, bottom - top, density, seed)

    def water_motion(t):
        # A level plane: what is nearer moves faster, which is a shear.
        affine = moved(dx=-pan * t * (0.16 - 0.0055 * SHORE))
        affine[0, 1] = -pan * t * 0.0055
        return affine

    return Scene(
        [
            sky(canvas(-MARGIN, 300, 0, 1)).layer(at_depth(0)),
            clouds(canvas(-MARGIN, 220, 0.05, 2)).layer(motion(lambda t: moved(dx=-(pan * 0.05 + 0.12) * t))),
            mountains(canvas(20, 300, 0.12, 3)).layer(at_depth(0.12)),
            forest(canvas(120, 300, 0.3, 4)).layer(at_depth(0.3)),
            balloon(Canvas(120, 40, 80, 110, 1.5 * density, 5)).layer(
                motion(lambda t: moved(0.9 * t, -0.28 * t, 0.06 * np.sin(t / 19), about=(160, 60)))
            ),
            water(canvas(SHORE, 440, 1.6, 6)).layer(motion(water_motion)),
            boat(Canvas(80, 140, 120, 170, 1.5 * density, 7)).layer(
                motion(lambda t: moved(boat_speed * t, 0.8 * np.sin(t / 9), 0.03 * np.sin(t / 13), about=(140, 262)))
            ),
            bank(canvas(-MARGIN, 440, 2.5, 8)).layer(at_depth(2.5)),
        ]
    )


def sky(c):
    down = np.clip((c.y + 20) / 250, 0, 1)
    colour = gradient(
        [(0, "#20407a"), (0.3, "#4a66a0"), (0.55, "#b98fb0"), (0.75, "#f2a988"), (0.9, "#fbcf8c"), (1, "#ffe7b0")], down
    )
    distance = np.hypot(c.x - SUN[0], (c.y - SUN[1]) * 1.15)
    glow = np.exp(-distance / 62)[..., None]
    c.fill(colour + glow * (rgb("#fff0b8") - colour) * 0.9)
    c.fill(rgb("#fffbe0"), c.edge(15 - distance, 1.5))
    c.grain(0.035, 11)
    return c


def clouds(c):
    field = c.noise(60, 21, octaves=6, gain=0.55, stretch=3.2)
    height = np.clip((190 - c.y) / 200, 0, 1)
    cover = np.clip((field - 0.05) * 1.5, 0, 1) * np.clip(height * 5, 0, 1)
    lit = relief(-field, (2, 1))[..., None]
    near_sun = np.exp(-np.hypot(c.x - SUN[0], c.y - SUN[1]) / 170)[..., None]
    colour = rgb("#e9b7bd") + near_sun * (rgb("#ffdf9e") - rgb("#e9b7bd")) + 0.13 * lit - 0.28 * cover[..., None] * (1 - near_sun)
    c.fill(colour, cover * 0.92)
    return c


def mountains(c):
    width = c.shape[1]
    line = 120 + 34 * ridge(width, 130 * c.density, 31, octaves=7, gain=0.55) - 26 * np.exp(-(((c.x[0] - 235) / 110) ** 2))
    line += 46 * np.exp(-(((c.x[0] - SUN[0]) / 80) ** 2))  # a saddle for the sun to stand in
    crests = -np.abs(c.noise(70, 32, octaves=6, gain=0.55)) - 0.35 * np.abs(c.noise(21, 35, octaves=4, gain=0.6))
    rock = 0.85 * crests + 0.25 * c.noise(12, 36, octaves=4, gain=0.6) * np.clip((c.y - line) / 30, 0.3, 1)
    shade = relief(rock, (1, 2))[..., None]
    depth = np.clip((c.y - line) / 110, 0, 1)
    colour = gradient([(0, "#53568c"), (0.35, "#6d6699"), (0.7, "#a98aa6"), (1, "#d9a8a4")], depth)
    colour *= 1 + (0.42 - 0.3 * depth[..., None]) * shade
    snow = np.clip(1.9 - depth * 8 + 1.2 * c.noise(26, 33, octaves=5) + 1.1 * shade[..., 0], 0, 1)[..., None]
    colour += snow * (rgb("#f6dfd9") + 0.2 * shade - colour) * 0.85
    c.fill(colour, c.edge(c.y - line, 1.0))
    c.grain(0.05, 34)
    return c


def forest(c):
    width = c.shape[1]
    line = 197 + 15 * ridge(width, 120 * c.density, 41)
    ground = gradient([(0, "#4c6670"), (1, "#2c4a50")], np.clip((c.y - line) / 40, 0, 1))
    c.fill(ground, c.edge(c.y - line))
    trees = 1500
    feet = np.sort(c.rng.uniform(0, 1, trees))
    for down in feet:
        x = c.rng.uniform(c.x[0, 0], c.x[0, -1])
        top = line[min(int((x - c.left) * c.density), width - 1)]
        foot = top + down * (SHORE + 2 - top)
        mix = down + c.rng.uniform(-0.18, 0.18)
        colour = gradient([(0, "#64787f"), (0.4, "#46656a"), (0.8, "#35584f"), (1, "#6b6a44")], np.clip(mix, 0, 1))
        c.conifer(x, foot, c.rng.uniform(9, 16) * (0.75 + 0.5 * down), colour)
    return c


def balloon(c):
    x, y, r = 160, 84, 25
    dx, dy = (c.x - x) / r, (c.y - y) / r
    taper = np.where(dy > 0.35, 1 - 0.62 * np.clip((dy - 0.35) / 1.05, 0, 1) ** 1.25, 1)
    half = np.where(dy > 0.35, 0.94 * taper, np.sqrt(np.clip(1 - dy**2, 0, 1)))
    inside = c.edge(np.minimum(half - np.abs(dx), 1.4 - dy) * r, 0.7)
    around = np.arcsin(np.clip(dx / np.maximum(half, 0.05), -1, 1))
    gore = np.floor(around / np.pi * 9 + 40).astype(int)
    palette = np.stack([rgb(code) for code in ("#d8382f", "#f6efe0", "#1f6f8b", "#f2b632")])
    colour = palette[gore % 4] * (0.92 - 0.3 * dx + 0.12 * np.cos(around * 18) - 0.1 * dy)[..., None]
    c.fill(colour, inside)
    c.fill(rgb("#9c2a26"), inside * (np.abs(dy - 0.25) < 0.055))
    for side in (-1, 1):
        c.polygon([(x + side * 7, y + 34), (x + side * 7.7, y + 34), (x + side * 4.4, y + 46), (x + side * 3.7, y + 46)], "#5b4636")
    c.polygon([(x - 5, y + 45), (x + 5, y + 45), (x + 4, y + 53), (x - 4, y + 53)], "#7a5230")
    c.polygon([(x - 5.4, y + 44.4), (x + 5.4, y + 44.4), (x + 5.4, y + 46.4), (x - 5.4, y + 46.4)], "#c79a5b")
    c.grain(0.06, 51)
    return c


def water(c):
    down = np.clip((c.y - SHORE) / 134, 0, 1)
    colour = gradient([(0, "#e9b48f"), (0.12, "#c795a0"), (0.35, "#7d7ea8"), (0.7, "#3f6291"), (1, "#23456f")], down)
    near = c.y - SHORE + 9
    waves = fractal((1024, 2048), 22, 61, octaves=5, gain=0.6)

    def ripple(scale, seed):
        row = (150 * scale * np.log(near) + 97 * seed).astype(int) % 1024
        column = ((c.x - 300) * 46 * scale / (near + 12) + 211 * seed).astype(int) % 2048
        return waves[row, column]

    swell, chop = ripple(1.0, 1), ripple(2.3, 2)
    mirrored = ridge(c.shape[1], 150 * c.density, 41)
    reach = 16 + 9 * mirrored + 5 * swell
    shadow = np.clip((reach - (c.y - SHORE)) / 5, 0, 1)[..., None]
    colour += shadow * (rgb("#34505c") - colour) * 0.78
    colour *= 1 + 0.17 * swell[..., None] + 0.10 * chop[..., None]
    band = np.exp(-(((c.x - SUN[0]) / (9 + 0.42 * (c.y - SHORE))) ** 2))
    glitter = np.clip((0.75 * swell + 0.6 * chop - 0.25 + 0.75 * band) * 2.4, 0, 1) * band
    colour += glitter[..., None] * (rgb("#ffe9b0") - colour) * 0.95
    c.fill(colour)
    c.grain(0.04, 62)
    return c


def boat(c):
    x, line = 140, 262

    def sail(tint, streaks):
        def colour(px, py):
            fold = 0.06 * np.sin((px - x) * 0.9 + py * 0.25) + streaks * (np.floor((py - 160) / 15) % 2 == 0)
            return rgb(tint) * (1.02 - 0.004 * (px - x) + fold)[..., None]

        return colour

    def picture(flip, dim):
        def points(*pairs):
            return [(px, line + (line - py) * -flip if flip > 0 else line - (py - line) * 0.62) for px, py in pairs]

        hull = points((x - 34, line - 9), (x + 37, line - 10), (x + 27, line + 2), (x - 27, line + 2))
        c.polygon(hull, "#8c2f2b", dim)
        c.polygon(points((x - 34, line - 9), (x + 37, line - 10), (x + 35, line - 7.5), (x - 33, line - 6.5)), "#f3e3c3", dim)
        c.polygon(points((x - 1, line - 9), (x + 1, line - 9), (x + 0.8, line - 104), (x - 0.2, line - 104)), "#4b3524", dim)
        c.polygon(points((x - 3, line - 13), (x - 2, line - 100), (x - 20, line - 50), (x - 35, line - 14)), sail("#fbf3e2", -0.0), dim)
        c.polygon(points((x + 3, line - 14), (x + 2, line - 92), (x + 20, line - 42), (x + 37, line - 15)), sail("#e2573b", 0.09), dim)
        c.polygon(points((x, line - 104), (x + 12, line - 101), (x, line - 98)), "#f2b632", dim)

    picture(-1, 0.42)
    wobble = np.round(1.6 * c.density * np.sin(c.y[:, 0] * 0.9) * np.clip((c.y[:, 0] - line) / 30, 0, 1)).astype(int)
    for row in np.flatnonzero(c.y[:, 0] > line):
        c.pixels[row] = np.roll(c.pixels[row], wobble[row], axis=0)
    below = c.y > line + 1
    c.pixels[below] *= np.clip(1 - (c.y[below] - line) / 62, 0, 1)[:, None]
    picture(1, 1.0)
    c.grain(0.07, 71)
    return c


def bank(c):
    width = c.shape[1]
    line = 330 + 13 * ridge(width, 170 * c.density, 81) + 3 * ridge(width, 12 * c.density, 82)
    soil = gradient([(0, "#4d6a35"), (0.25, "#35522d"), (1, "#1b3022")], np.clip((c.y - line) / 60, 0, 1))
    right = c.x[0, -1]
    for x, lean, foot, top in ((112, 6, 372, 26), (590, -9, 380, -30), (760, 7, 372, 60)):
        if x < right:
            pine(c, x, lean, foot, top)
    c.fill(soil * (1 + 0.2 * c.noise(9, 83, octaves=4)[..., None]), c.edge(c.y - line))
    blades = int(6.5 * (right - c.left))
    for foot in np.sort(c.rng.uniform(0, 1, blades)):
        x = c.rng.uniform(c.left, right)
        ground = line[min(int((x - c.left) * c.density), width - 1)]
        y = ground + 2 + foot * 55
        tall, bend = c.rng.uniform(7, 17), c.rng.normal(0, 4)
        tint = c.rng.choice(["#7fa046", "#5f8a3d", "#496f36", "#a8b057", "#2f5530"])
        c.polygon([(x - 0.9, y), (x + 0.9, y), (x + bend, y - tall)], tint)
    for _ in range(int(0.28 * (right - c.left))):
        x = c.rng.uniform(c.left, right)
        ground = line[min(int((x - c.left) * c.density), width - 1)]
        y = ground + c.rng.uniform(-6, 30)
        c.tuft(x, y, c.rng.uniform(1.4, 2.6), rgb(c.rng.choice(["#f6e7ef", "#f2c23e", "#e0524d", "#b48ad8"])))
    return c


def pine(c, x, lean, foot, top):
    """A bare trunk with clouds of needles at the end of its branches."""

    def bark(px, py):
        side = np.clip((px - x) / 7, -1, 1)
        rough = 0.16 * np.sin(py * 0.9 + 3 * np.sin(px * 1.3)) + c.rng.normal(0, 0.08, px.shape)
        return rgb("#7d4b32") * (1.0 - 0.42 * side + rough)[..., None]

    c.polygon([(x - 7, foot), (x + 8, foot), (x + lean + 2.6, top), (x + lean - 2.2, top)], bark)
    for level in np.linspace(0.05, 0.62, 7):
        y = top + level * (foot - top)
        for side in (-1, 1):
            reach = side * c.rng.uniform(20, 52) * (0.55 + level)
            tip = (x + lean * (1 - level) + reach, y - c.rng.uniform(4, 22))
            root = x + lean * (1 - level)
            c.polygon([(root, y - 2), (root, y + 2.4), (tip[0], tip[1] + 0.8), (tip[0], tip[1] - 0.8)], "#5a3826")
            needles = []
            for _ in range(14):
                along = c.rng.uniform(0.4, 1.1)
                heart = np.array([root + reach * along, y + (tip[1] - y) * along - 3]) + c.rng.normal(0, (4, 2.5))
                needles += [(heart + c.rng.normal(0, (5.5, 2.4)), heart[1]) for _ in range(26)]
            for place, middle in sorted(needles, key=lambda needle: -needle[0][1]):
                bright = np.clip(0.42 - (place[1] - middle) / 11 + c.rng.normal(0, 0.13), 0, 1)
                tint = gradient([(0, "#12302b"), (0.45, "#245239"), (0.8, "#5d8446"), (1, "#b9b65f")], bright)
                spread = c.rng.uniform(1.6, 3.4)
                c.tuft(*place, spread, tint, light=0.12, flatness=0.5)
