// What animated images state besides their frames, and FFmpeg neither gives nor takes.
#pragma once

#include "media_demux.hpp"

namespace vs::media {

/// How often an animated GIF or PNG is played, 0 for ever; -1 where the file is none, or is a pipe.
int plays_of(const Demuxer &demuxer);
/// States how long the last frame of an animated WebP is shown: FFmpeg before 6 leaves that to libwebp, which guesses.
void set_last_delay(uint8_t *webp, int size, int64_t milliseconds);

} // namespace vs::media
