"""Paints clips of known motion with the tool in every way, has `videostyle measure` judge them, and prints the table."""

import json
import subprocess
import tempfile
from pathlib import Path

LOSSLESS = ["--codec", "ffv1", "--pixel-format", "bgr0", "--only-video", "--force", "--json"]

# Heading, key in the JSON of `measure`, format.
COLUMNS = (
    ("lag 1", "ratio1", ".3f"), ("lag 10", "ratio10", ".3f"), ("rim", "rim", ".3f"), ("sharp", "sharp", ".3f"), ("moving", "sharpMoving", ".3f"),
    ("worst", "sharpWorst", ".3f"), ("ghost", "ghost", ".1f"), ("rest", "rest", ".1f"),
)
ESTIMATED = ("judge 1", "judged", ".3f")


def run(*command):
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[0])).name} {command[1]}: {(done.stderr or done.stdout).strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(given, clip, style):
    """The row of each mode for one clip and style, `off` being what the others are compared with."""
    with tempfile.TemporaryDirectory() as folder:
        source, off = clip / "clip.mkv", Path(folder) / "off.mkv"
        outputs = {mode: Path(folder) / f"{mode}.mkv" for mode in given.mode}
        for mode, output in [("off", off), *outputs.items()]:
            run(given.tool, "convert", source, output, "--style", style, "--coherence", mode, *LOSSLESS)
        judge = lambda *options: run(given.tool, "measure", source, *outputs.values(), "--per-frame", off, "--tof-every", 0, "--json", *options)
        known = judge("--flow-from", clip)
        guessed = judge("--flow", given.judge, "--profiles", "lai18", "--lags", 1) if given.judge else None
    rows = {}
    per_frame = next(own for own in known["clips"] if own["role"] == "perFrame")
    for place, output in enumerate(own for own in known["clips"] if own["role"] == "output"):
        row = {f"ratio{error['lag']}": error["ratioToPerFrame"] for error in output["warpingError"]}
        row |= {key: output.get(key) for _, key, _ in COLUMNS if not key.startswith("ratio")}
        row |= {f"floor{error['lag']}": error["input"] and error["input"] / base["value"] for error, base in zip(output["warpingError"], per_frame["warpingError"]) if base["value"]}
        if guessed:
            row["judged"] = [own for own in guessed["clips"] if own["role"] == "output"][place]["warpingError"][0]["ratioToPerFrame"]
        rows[given.mode[place]] = row
    return rows


def mean(rows):
    keys = dict.fromkeys(key for row in rows for key in row)
    known = {key: [row[key] for row in rows if row.get(key) is not None] for key in keys}
    return {key: sum(values) / len(values) if values else None for key, values in known.items()}


def line(cells, row, columns):
    values = ["–" if row.get(key) is None else format(row[key], style) for _, key, style in columns]
    print("| " + " | ".join([*cells, *values]) + " |", flush=True)


def show(given):
    """Prints rows as they come, the means at the end, and writes JSON; tells whether all could be measured."""
    columns = (*COLUMNS, ESTIMATED) if given.judge else COLUMNS
    clips = sorted({path.parent for root in given.clips for path in [*root.glob("clip.mkv"), *root.glob("*/clip.mkv"), *root.glob("*/*/clip.mkv")]})
    if not clips:
        raise SystemExit("known-motion: no clip.mkv there; make clips first with `tools/known-motion clips`")
    print("| " + " | ".join(["style", "kind", "mode", *(title for title, _, _ in columns)]) + f" |\n{'|---' * (3 + len(columns))}|")
    every, failed = [], 0
    for style in given.style:
        for clip in clips:
            try:
                rows = measure(given, clip, style)
            except RuntimeError as error:
                failed += 1
                print(f"| {style} | {clip.name} | failed: {error} |", flush=True)
                continue
            for mode, row in rows.items():
                every.append({"style": style, "clip": str(clip), "kind": clip.name, "mode": mode} | row)
                line((style, clip.name, mode), row, columns)
    for mode in given.mode:
        own = [{key: value for key, value in row.items() if key not in ("style", "clip", "kind", "mode")} | {"kind": row["kind"]} for row in every if row["mode"] == mode]
        kinds = sorted({row["kind"] for row in own})
        means = {kind: mean([{k: v for k, v in row.items() if k != "kind"} for row in own if row["kind"] == kind]) for kind in kinds}
        for kind in kinds if len(given.style) > 1 or len(clips) > len(kinds) else []:
            line(("mean", kind, mode), means[kind], columns)
        if means:
            line(("mean", "all", mode), mean(list(means.values())), columns)
            worst = max(kinds, key=lambda kind: means[kind].get("ratio1") or 0)
            line(("worst", worst, mode), means[worst], columns)
    if given.json:
        Path(given.json).write_text(json.dumps({"modes": given.mode, "styles": given.style, "rows": every}, indent=1) + "\n")
    return failed == 0
