"""Writing clips, flow fields and masks."""

import struct
import subprocess
import zlib

import numpy as np


def write_flo(path, flow):
    """Middlebury's format: the tag 202021.25, width, height, then (u, v) as floats, little-endian, row by row."""
    height, width = flow.shape[:2]
    path.write_bytes(struct.pack("<fii", 202021.25, width, height) + flow.astype("<f4").tobytes())


def write_mask(path, mask):
    """A grey PNG: 255 where the mask is true."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = mask.shape
    rows = b"".join(b"\0" + (row * np.uint8(255)).tobytes() for row in mask.astype(np.uint8))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    )


def write_clip(path, frames, size, rate, crf, wav=None):
    """Encodes frames [h, w, 3] with H.264; one thread, so that the same frames give the same file."""
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}"]
    command += ["-r", str(rate), "-i", "-"]
    if wav:
        command += ["-i", str(wav), "-c:a", "aac", "-b:a", "112k"]
    command += ["-c:v", "libx264", "-preset", "veryslow", "-crf", str(crf), "-threads", "1", "-pix_fmt", "yuv420p"]
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709"]
    command += ["-color_trc", "bt709", "-color_range", "tv", "-fflags", "+bitexact", "-flags", "+bitexact"]
    command += ["-movflags", "+faststart", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for frame in frames:
            encoder.stdin.write(frame.tobytes())
        encoder.stdin.close()
    if encoder.returncode:
        raise SystemExit(f"make-sample-videos: ffmpeg could not write {path}")
