#include "media_picture_notes.hpp"

#include <algorithm>

namespace vs::media {

namespace {

// As in "4:2:0"; empty for RGB and gray.
std::string sampling_of(AVPixelFormat format) {
    const auto *descriptor = av_pix_fmt_desc_get(format);
    if (!descriptor || (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) || descriptor->nb_components < 3) return "";
    const int width = 4 >> descriptor->log2_chroma_w;
    return "4:" + std::to_string(width) + ":" + std::to_string(descriptor->log2_chroma_h > 0 ? 0 : width);
}

bool is_coarser(AVPixelFormat format, AVPixelFormat than) {
    const auto *a = av_pix_fmt_desc_get(format), *b = av_pix_fmt_desc_get(than);
    return a->log2_chroma_w > b->log2_chroma_w || a->log2_chroma_h > b->log2_chroma_h;
}

} // namespace

std::vector<std::string> picture_notes(const std::string &name, const vs_media_sink_options &options, const Encoder &encoder,
                                       const Source *source) {
    std::vector<std::string> notes;
    const auto &context = encoder.context();
    const auto format = encoder.format();
    const auto from = source ? av_get_pix_fmt(source->info().pixel_format) : AV_PIX_FMT_NONE;
    const std::string codec = avcodec_get_name(context.codec_id);
    const bool asked = options.pixel_format && *options.pixel_format;
    if (options.alpha && format == AV_PIX_FMT_PAL8 && from != AV_PIX_FMT_PAL8 && (!source || std::string("gif") != source->info().codec))
        notes.push_back(name + ": its transparency becomes on or off, all that " + codec + " holds.");
    else if (options.alpha && format != AV_PIX_FMT_PAL8 && !has_alpha(format))
        notes.push_back(name + ": its transparency is blended with black, which " + codec +
                        " cannot hold; .webm, .mov or --codec vp9, prores or ffv1 keep it.");
    // A comparison with the original reads and writes neither alpha nor more than 8 bits.
    else if (!options.alpha && has_alpha(from))
        notes.push_back(name + ": the transparency of the source is left out.");
    const int before_bits = std::clamp(from == AV_PIX_FMT_NONE ? options.bit_depth : depth_of(from), 8, 16);
    const int after_bits = options.bit_depth > 8 ? depth_of(format) : 8;
    if (!asked && before_bits > after_bits)
        notes.push_back(name + ": is written with " + std::to_string(after_bits) + " bits a sample where the source has " +
                        std::to_string(before_bits) + ".");
    const auto before = from == AV_PIX_FMT_NONE ? "" : sampling_of(from), after = sampling_of(format);
    if (!asked && !before.empty() && !after.empty() && is_coarser(format, from))
        notes.push_back(name + ": is written with chroma " + after + " where the source has " + before +
                        "; --pixel-format names another.");
    if (context.width != options.width || context.height != options.height)
        notes.push_back(name + ": is written as " + std::to_string(context.width) + "x" + std::to_string(context.height) + ", as " + codec +
                        " with chroma " + after + " has even sides; the last column or row is repeated.");
    return notes;
}

} // namespace vs::media
