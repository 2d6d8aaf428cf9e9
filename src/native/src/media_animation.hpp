// What animated images state besides their frames, and FFmpeg neither gives nor takes.
#pragma once

#include "media_demux.hpp"

namespace vs::media {

/// How often an animated GIF or PNG is played, 0 for ever; -1 where the file is none, or is a pipe.
int plays_of(const Demuxer &demuxer);
/// States how long an animated WebP lasts, by its last frame: FFmpeg before 6 leaves that to libwebp, which guesses. Frames that are
/// the same may be one there.
void set_length(uint8_t *webp, int size, int64_t milliseconds);

} // namespace vs::media
