#pragma once

#include "media.hpp"

namespace vs::media {

/// Samples row by row as PNG stores them; of 16 bits the high byte comes first.
struct PngImage {
    vs_media_png shape;
    std::vector<uint8_t> samples;
};

/// Reads every colour type and depth; refuses what is damaged anywhere, instead of reading the rest of it.
PngImage decode_png(const uint8_t *file, int64_t length);

/// Writes 1 or 3 channels of 8 or 16 bits.
std::vector<uint8_t> encode_png(const vs_media_png &shape, const uint8_t *samples);

} // namespace vs::media
