#pragma once

#include "media_convert.hpp"

namespace vs::media {

/// One image as the bytes of a file. `alpha` may be null; so may `rgb16`, which PNG and TIFF keep.
std::vector<uint8_t> encode_image(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16, int width, int height,
                                  const std::string &codec, int quality);

} // namespace vs::media
