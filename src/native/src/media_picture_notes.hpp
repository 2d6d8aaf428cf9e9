#pragma once

#include "media_encode.hpp"
#include "media_source.hpp"

namespace vs::media {

/// One line for each property of the frames that the encoder's format does not hold. `source` may be null.
std::vector<std::string> picture_notes(const std::string &name, const vs_media_sink_options &options, const Encoder &encoder,
                                       const Source *source);

} // namespace vs::media
