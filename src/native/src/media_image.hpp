#pragma once

#include "media_convert.hpp"

namespace vs::media {

/// One image as the bytes of a file.
std::vector<uint8_t> encode_image(const uint8_t *rgb, const uint8_t *alpha, int width, int height, const std::string &codec,
                                  int quality);

} // namespace vs::media
