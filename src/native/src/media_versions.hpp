// What FFmpeg calls differently between 4.3 and 7.1, so that no other file asks for its version to compile.
#pragma once

#include "media.hpp"

#include <cstring>

extern "C" {
#include <libavutil/channel_layout.h>
}

namespace vs::media {

#if LIBAVFORMAT_VERSION_MAJOR >= 59
using InputFormat = const AVInputFormat;
#else
using InputFormat = AVInputFormat; // before 5.0, though only read
#endif

/// How long a decoded frame is shown, in ticks of its stream; 0 where that is not known.
inline int64_t duration_of(const AVFrame &frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame.duration;
#else
    return frame.pkt_duration;
#endif
}

inline bool is_interlaced(const AVFrame &frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return frame.flags & AV_FRAME_FLAG_INTERLACED;
#else
    return frame.interlaced_frame;
#endif
}

/// What the container states of a stream beside its parameters.
struct SideDataView {
    const uint8_t *data = nullptr;
    size_t size = 0;
    explicit operator bool() const { return data != nullptr; }
};

inline SideDataView side_data_of(const AVStream &stream, AVPacketSideDataType type) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const auto *entry = av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
    return entry ? SideDataView{entry->data, entry->size} : SideDataView{};
#else
    decltype(AVPacketSideData::size) size = 0; // an int before 5.0
    const uint8_t *data = av_stream_get_side_data(&stream, type, &size);
    return {data, static_cast<size_t>(size)};
#endif
}

/// Copies side data to a stream. Returns an FFmpeg error code.
inline int add_side_data(AVStream &stream, AVPacketSideDataType type, SideDataView from) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    auto *entry = av_packet_side_data_new(&stream.codecpar->coded_side_data, &stream.codecpar->nb_coded_side_data, type, from.size, 0);
    uint8_t *data = entry ? entry->data : nullptr;
#else
    uint8_t *data = av_stream_new_side_data(&stream, type, from.size);
#endif
    if (!data) return AVERROR(ENOMEM);
    memcpy(data, from.data, from.size);
    return 0;
}

/// The display matrix (9 numbers) that the container states for a stream, or null.
inline const int32_t *display_matrix_of(const AVStream &stream) {
    const auto side = side_data_of(stream, AV_PKT_DATA_DISPLAYMATRIX);
    return side.size >= 9 * sizeof(int32_t) ? reinterpret_cast<const int32_t *>(side.data) : nullptr;
}

/// Copies a stream's parameters with its side data, which lies beside the parameters before FFmpeg 6.1 and inside since.
/// Returns an FFmpeg error code.
inline int copy_parameters(AVStream &to, const AVStream &from) {
    const int code = avcodec_parameters_copy(to.codecpar, from.codecpar);
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 15, 100)
    for (int i = 0; code >= 0 && i < from.nb_side_data; i++) {
        const auto &side = from.side_data[i];
        auto *data = av_stream_new_side_data(&to, side.type, side.size);
        if (!data) return AVERROR(ENOMEM);
        memcpy(data, side.data, side.size);
    }
#endif
    return code;
}

/// Makes the context of a container to be written. Returns an FFmpeg error code.
inline int new_output(AVFormatContext *&context, const AVOutputFormat &format, const char *url) {
#if LIBAVFORMAT_VERSION_MAJOR >= 59
    return avformat_alloc_output_context2(&context, &format, nullptr, url);
#else
    // Before 5.0 the format is not const, but is only read.
    return avformat_alloc_output_context2(&context, const_cast<AVOutputFormat *>(&format), nullptr, url);
#endif
}

/// The pixel formats that an encoder takes, ended by AV_PIX_FMT_NONE; null where it takes any.
inline const AVPixelFormat *pixel_formats_of(const AVCodec &encoder) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *list = nullptr;
    avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_PIX_FORMAT, 0, &list, nullptr);
    return static_cast<const AVPixelFormat *>(list);
#else
    return encoder.pix_fmts;
#endif
}

/// The sample formats that an encoder takes, ended by AV_SAMPLE_FMT_NONE; null where it takes any.
inline const AVSampleFormat *sample_formats_of(const AVCodec &encoder) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *list = nullptr;
    avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_SAMPLE_FORMAT, 0, &list, nullptr);
    return static_cast<const AVSampleFormat *>(list);
#else
    return encoder.sample_fmts;
#endif
}

/// The sample rates that an encoder takes, ended by 0; null where it takes any.
inline const int *sample_rates_of(const AVCodec &encoder) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *list = nullptr;
    avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_SAMPLE_RATE, 0, &list, nullptr);
    return static_cast<const int *>(list);
#else
    return encoder.supported_samplerates;
#endif
}

// A channel layout is a mask of speakers here (AV_CH_*), which FFmpeg holds in a structure of its own since 5.1. Channels without
// speakers get those that are usual for their number; 0 where there are none.
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 24, 100)
inline uint64_t default_layout(int channels) {
    AVChannelLayout usual{};
    av_channel_layout_default(&usual, channels);
    return usual.order == AV_CHANNEL_ORDER_NATIVE ? usual.u.mask : 0;
}

inline uint64_t layout_in(const AVChannelLayout &layout) {
    return layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : default_layout(layout.nb_channels);
}

template <typename Described> uint64_t layout_of(const Described &described) { return layout_in(described.ch_layout); }
template <typename Described> int channels_of(const Described &described) { return described.ch_layout.nb_channels; }
template <typename Described> void set_layout(Described &described, uint64_t mask) {
    av_channel_layout_uninit(&described.ch_layout);
    av_channel_layout_from_mask(&described.ch_layout, mask);
}

inline std::vector<uint64_t> layouts_of(const AVCodec &encoder) {
    const AVChannelLayout *list = nullptr;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
    const void *found = nullptr;
    avcodec_get_supported_config(nullptr, &encoder, AV_CODEC_CONFIG_CHANNEL_LAYOUT, 0, &found, nullptr);
    list = static_cast<const AVChannelLayout *>(found);
#else
    list = encoder.ch_layouts;
#endif
    std::vector<uint64_t> masks;
    for (; list && list->nb_channels > 0; list++) masks.push_back(layout_in(*list));
    return masks;
}
#else
inline uint64_t default_layout(int channels) { return static_cast<uint64_t>(av_get_default_channel_layout(channels)); }

template <typename Described> uint64_t layout_of(const Described &described) {
    return described.channel_layout ? static_cast<uint64_t>(described.channel_layout) : default_layout(described.channels);
}
template <typename Described> int channels_of(const Described &described) { return described.channels; }
template <typename Described> void set_layout(Described &described, uint64_t mask) {
    described.channel_layout = mask;
    described.channels = av_get_channel_layout_nb_channels(mask);
}

inline std::vector<uint64_t> layouts_of(const AVCodec &encoder) {
    std::vector<uint64_t> masks;
    for (const auto *mask = encoder.channel_layouts; mask && *mask; mask++) masks.push_back(*mask);
    return masks;
}
#endif

} // namespace vs::media
