// What is known of a video from its container and its first frame.
#include "media_source.hpp"
#include "media_versions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace vs::media {

namespace {

void copy_text(char *to, size_t capacity, const char *from) { snprintf(to, capacity, "%s", from ? from : ""); }

} // namespace

bool is_hdr(const AVFrame &frame) { return frame.color_trc == AVCOL_TRC_SMPTE2084 || frame.color_trc == AVCOL_TRC_ARIB_STD_B67; }

Orientation orientation_of(const AVFrame &frame, const AVStream &stream) {
    if (const auto *data = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX); data && data->size >= 36)
        return Orientation::from_matrix(reinterpret_cast<const int32_t *>(data->data));
    if (const auto *matrix = display_matrix_of(stream)) return Orientation::from_matrix(matrix);
    if (const auto *exif = av_dict_get(frame.metadata, "Orientation", nullptr, 0))
        return Orientation::from_exif(atoi(exif->value));
    return {};
}

void Source::set_size() {
    int width = decoded_->width, height = decoded_->height;
    orientation_ = orientation_of(*decoded_, demuxer_->video());
    if (orientation_.transpose) std::swap(width, height);
    if (int64_t{width} * height > max_pixels || width < 1 || height < 1)
        throw failure(VS_INPUT, name_ + ": claims a size of " + std::to_string(width) + "x" + std::to_string(height) + ".");
    const int longest = std::max(width, height);
    if (options_.max_size > 0 && longest > options_.max_size) {
        // Even sides, so that every codec takes the result.
        const auto scaled = [&](int side) {
            const double length = static_cast<double>(side) * options_.max_size / longest;
            return options_.max_size < 2 ? 1 : std::max(2, 2 * static_cast<int>(std::lround(length / 2 - 1e-9)));
        };
        width = std::min(scaled(width), std::max(options_.max_size & ~1, 1));
        height = std::min(scaled(height), std::max(options_.max_size & ~1, 1));
    }
    info_.width = width, info_.height = height;
}

void Source::describe() {
    set_size();
    auto &container = demuxer_->container();
    auto &video = demuxer_->video();
    const bool resampled = options_.rate.num > 0 && options_.rate.den > 0;
    info_.time_base = resampled ? vs_rational{options_.rate.den, options_.rate.num}
                                : vs_rational{video.time_base.num, video.time_base.den};
    const auto rate = av_guess_frame_rate(&container, &video, nullptr);
    // A variable rate makes the guess the finest step; the average says more.
    const auto average = resampled                         ? AVRational{options_.rate.num, options_.rate.den}
                         : is_known(video.avg_frame_rate) ? video.avg_frame_rate
                                                          : rate;
    if (is_known(average)) info_.frame_rate = {average.num, average.den};
    auto shape = av_guess_sample_aspect_ratio(&container, &video, decoded_.get());
    if (is_known(shape)) info_.sample_aspect_ratio = orientation_.transpose ? vs_rational{shape.den, shape.num} : vs_rational{shape.num, shape.den};

    int64_t length = video.duration > 0        ? av_rescale_q(video.duration, video.time_base, AV_TIME_BASE_Q)
                     : container.duration > 0 ? container.duration
                                              : -1;
    int64_t count = video.nb_frames > 0 && !resampled ? video.nb_frames : -1;
    if (options_.from_us > 0 || options_.to_us >= 0) {
        const int64_t from = std::max<int64_t>(options_.from_us, 0), whole = length;
        if (length >= 0) length = std::max<int64_t>(length - from, 0);
        if (options_.to_us >= 0) length = length < 0 ? options_.to_us - from : std::min(length, options_.to_us - from);
        if (count > 0 && whole > 0) count = av_rescale(count, length, whole);
    }
    if (count < 0 && length > 0 && is_known(average)) count = av_rescale_q(length, AV_TIME_BASE_Q, av_inv_q(average));
    if (demuxer_->input().is_picture()) length = 40'000, count = 1;
    info_.duration_us = length;
    info_.frame_count = count;

    const auto matrix = decoded_->colorspace == AVCOL_SPC_UNSPECIFIED || decoded_->colorspace == AVCOL_SPC_RESERVED
                            ? matrix_for_size(decoded_->width, decoded_->height)
                            : decoded_->colorspace;
    info_.color = {matrix, decoded_->color_primaries, decoded_->color_trc, decoded_->color_range};
    if (is_hdr(*decoded_)) info_.color = {AVCOL_SPC_BT709, AVCOL_PRI_BT709, AVCOL_TRC_BT709, AVCOL_RANGE_MPEG};
    info_.interlaced = is_interlaced(*decoded_);
    info_.bit_depth = options_.keep_depth ? std::clamp(depth_of(static_cast<AVPixelFormat>(decoded_->format)), 8, 16) : 8;
    const auto *format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(decoded_->format));
    // The filters of HDR drop alpha; no HDR video with alpha is known to us.
    info_.has_alpha = options_.keep_alpha && !is_hdr(*decoded_) && format && (format->flags & AV_PIX_FMT_FLAG_ALPHA);
    info_.stream_count = static_cast<int32_t>(container.nb_streams);
    info_.video_stream = video.index;
    copy_text(info_.codec, sizeof info_.codec, avcodec_get_name(video.codecpar->codec_id));
    copy_text(info_.pixel_format, sizeof info_.pixel_format, format ? format->name : nullptr);
    copy_text(info_.format, sizeof info_.format, container.iformat->name);
}

} // namespace vs::media
