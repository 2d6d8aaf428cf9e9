#include "media_encode.hpp"
#include "media_animation.hpp"
#include "media_container.hpp"
#include "media_versions.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstring>

namespace vs::media {

namespace {

// x264 reads memory that it has not written (FFmpeg's own encodings differ with MALLOC_PERTURB_), so that a second encoder of a
// process, in memory that was used before, writes other bytes than a first one. A conversion that was interrupted must end
// as the same file: from here on, whatever is given out is filled with the same byte.
void fill_memory() {
#ifdef M_PERTURB
    static const int done = mallopt(M_PERTURB, 0x55);
    (void)done;
#endif
}

struct Family {
    const char *codec;
    std::vector<const char *> encoders;
    std::vector<AVPixelFormat> formats; // of those that fit equally well, the first is taken
    int crf;                            // visually close to the stylized frame
    const char *preset;
};

// Software first: it gives the same file on every machine. Hardware is asked for by FFmpeg's name or used where alone.
const std::vector<Family> families = {
    {"h264", {"libx264", "h264_nvenc", "h264_qsv", "h264_amf", "h264_videotoolbox", "libopenh264"},
     {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_P010}, 18, "superfast"},
    {"hevc", {"libx265", "hevc_nvenc", "hevc_qsv", "hevc_amf", "hevc_videotoolbox"},
     {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_P010}, 20, "fast"},
    {"vp9", {"libvpx-vp9", "vp9_qsv"}, {AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10}, 24, "4"},
    {"vp8", {"libvpx"}, {AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUV420P}, 10, "4"},
    {"av1", {"libsvtav1", "libaom-av1", "librav1e", "av1_nvenc", "av1_qsv", "av1_amf"},
     {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P10, AV_PIX_FMT_P010}, 26, "8"},
    {"prores", {"prores_ks"}, {AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_YUV422P10}, -1, nullptr},
    {"ffv1", {"ffv1"}, {AV_PIX_FMT_RGB32, AV_PIX_FMT_0RGB32, AV_PIX_FMT_GBRP10, AV_PIX_FMT_GBRAP10, AV_PIX_FMT_GBRP12,
     AV_PIX_FMT_GBRAP12, AV_PIX_FMT_GBRP16, AV_PIX_FMT_GBRAP16}, -1, nullptr},
    {"gif", {"gif"}, {AV_PIX_FMT_PAL8}, -1, nullptr},
    {"webp", {"libwebp_anim"}, {AV_PIX_FMT_RGB32, AV_PIX_FMT_YUV420P}, -1, nullptr},
    {"png", {"png"}, {AV_PIX_FMT_RGBA, AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA64BE, AV_PIX_FMT_RGB48BE}, -1, nullptr},
    // FFmpeg cannot read its own APNG of 16 bits.
    {"apng", {"apng"}, {AV_PIX_FMT_RGBA, AV_PIX_FMT_RGB24}, -1, nullptr},
    {"mjpeg", {"mjpeg"}, {AV_PIX_FMT_YUVJ444P}, -1, nullptr},
    {"rawvideo", {"rawvideo"}, {AV_PIX_FMT_RGBA, AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA64LE, AV_PIX_FMT_RGB48LE}, -1, nullptr},
    {"wrapped_avframe", {"wrapped_avframe"}, {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P10}, -1, nullptr}, // of Y4M
    {"mpeg4", {"mpeg4", "libxvid"}, {AV_PIX_FMT_YUV420P}, 3, nullptr},
    {"mpeg2video", {"mpeg2video"}, {AV_PIX_FMT_YUV420P}, 3, nullptr},
    {"mpeg1video", {"mpeg1video"}, {AV_PIX_FMT_YUV420P}, 3, nullptr},
    {"wmv2", {"wmv2"}, {AV_PIX_FMT_YUV420P}, 3, nullptr},
    {"theora", {"libtheora"}, {AV_PIX_FMT_YUV420P}, -1, nullptr},
};

const Family *family_of(const AVCodec &encoder) {
    for (const auto &family : families)
        for (const char *name : family.encoders)
            if (strcmp(name, encoder.name) == 0) return &family;
    return nullptr;
}

std::vector<AVPixelFormat> supported_formats(const AVCodec &encoder) {
    std::vector<AVPixelFormat> result;
    for (const auto *format = pixel_formats_of(encoder); format && *format != AV_PIX_FMT_NONE; format++) result.push_back(*format);
    return result;
}

// H.264 and HEVC crop to whole chroma samples only, WMV has no others. Full chroma would keep an odd size, but few players show it.
int padded(int side, const char *codec, int log2_chroma) {
    const bool pads = strcmp(codec, "h264") == 0 || strcmp(codec, "hevc") == 0 || strcmp(codec, "wmv2") == 0;
    return pads && log2_chroma > 0 ? FFALIGN(side, 1 << log2_chroma) : side;
}

// How far a format is from the frames: without their alpha, with fewer bits, with more bits than they have.
int distance(AVPixelFormat format, const vs_media_sink_options &options) {
    const int missing = std::max(options.bit_depth, 8) - depth_of(format);
    return (has_alpha(format) == (options.alpha != 0) ? 0 : 1000) + (missing > 0 ? 100 + missing : -missing);
}

AVPixelFormat choose_format(const AVCodec &encoder, const vs_media_sink_options &options, std::string &refusal) {
    const auto supported = supported_formats(encoder);
    const auto fits = [&](AVPixelFormat f) {
        return supported.empty() || std::find(supported.begin(), supported.end(), f) != supported.end();
    };
    if (options.pixel_format && *options.pixel_format) {
        const auto wanted = av_get_pix_fmt(options.pixel_format);
        if (wanted == AV_PIX_FMT_NONE) throw failure(VS_USAGE, std::string(options.pixel_format) + ": is not a pixel format.");
        if (fits(wanted)) return wanted;
        refusal = std::string(encoder.name) + " cannot write pixel format " + options.pixel_format;
        return AV_PIX_FMT_NONE;
    }
    const AVPixelFormat *best = nullptr;
    if (const auto *family = family_of(encoder))
        for (const auto &format : family->formats)
            if (fits(format) && (!best || distance(format, options) < distance(*best, options))) best = &format;
    if (best) return *best;
    std::vector<AVPixelFormat> list = supported;
    list.push_back(AV_PIX_FMT_NONE);
    const auto like = options.bit_depth > 8 ? (options.alpha ? AV_PIX_FMT_RGBA64 : AV_PIX_FMT_RGB48)
                      : options.alpha       ? AV_PIX_FMT_RGBA
                                            : AV_PIX_FMT_RGB24;
    int loss = 0;
    return avcodec_find_best_pix_fmt_of_list(list.data(), like, options.alpha, &loss);
}

bool has_option(AVCodecContext &context, const char *name) {
    return context.codec->priv_class && av_opt_find(context.priv_data, name, nullptr, 0, 0);
}

// Codecs whose quality is their quantizer.
bool has_quantizer(const AVCodec &encoder) {
    for (const auto id : {AV_CODEC_ID_MPEG4, AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2,
                          AV_CODEC_ID_MSMPEG4V2, AV_CODEC_ID_MSMPEG4V3, AV_CODEC_ID_FLV1, AV_CODEC_ID_H263, AV_CODEC_ID_H263P})
        if (encoder.id == id) return true;
    return false;
}

void set_quality(AVCodecContext &context, const vs_media_sink_options &options, const Family *family, const std::string &name) {
    if (options.bit_rate > 0) {
        context.bit_rate = options.bit_rate;
        return;
    }
    const int crf = options.crf >= 0 ? options.crf : family ? family->crf : -1;
    if (crf < 0) {
        if (strcmp(context.codec->name, "libtheora") != 0) return;
        context.flags |= AV_CODEC_FLAG_QSCALE; // or FFmpeg takes 200 kbit/s, whatever the size
        context.global_quality = 8 * FF_QP2LAMBDA; // of 10, the best
        return;
    }
    // VP8 keeps a quality up to a bit rate only, which is 256 kbit/s if none is given.
    if (strcmp(context.codec->name, "libvpx") == 0) context.bit_rate = 100'000'000;
    for (const char *key : {"crf", "cq", "qp"})
        if (has_option(context, key)) {
            // Out of the encoder's range is the user's mistake; it is named there.
            check(av_opt_set_int(context.priv_data, key, crf, 0), VS_USAGE, name + ": quality " + std::to_string(crf) + " is not possible");
            return;
        }
    if (has_quantizer(*context.codec)) {
        if (crf < 1 || crf > 31) throw failure(VS_USAGE, name + ": quality " + std::to_string(crf) + " is not possible; it is 1 to 31.");
        context.flags |= AV_CODEC_FLAG_QSCALE;
        context.global_quality = crf * FF_QP2LAMBDA;
        return;
    }
    if (options.crf >= 0) throw failure(VS_USAGE, name + ": has no constant quality; give a bit rate instead.");
}

void set_preset(AVCodecContext &context, const vs_media_sink_options &options, const Family *family, const std::string &name) {
    const bool asked = options.preset && *options.preset;
    const char *preset = asked ? options.preset : family ? family->preset : nullptr;
    if (!preset) return;
    // What this preset leaves out for its speed is most of what is saved between frames: with it back, a file is a twentieth
    // larger than one of veryfast at the same quality, in two thirds of the time.
    if (!asked && !options.live && strcmp(context.codec->name, "libx264") == 0) av_opt_set(context.priv_data, "x264-params", "mbtree=1:rc-lookahead=10", 0);
    for (const char *key : {"preset", "cpu-used", "speed"})
        if (has_option(context, key)) {
            const int code = av_opt_set(context.priv_data, key, preset, 0);
            if (asked) check(code, VS_USAGE, name + ": preset " + preset + " is not possible");
            return;
        }
    if (asked) throw failure(VS_USAGE, name + ": has no presets.");
}

constexpr int live_keyframe_seconds = 2; // after which whoever joins sees something

// No frame waits for another one, and each can soon be joined.
void set_live(AVCodecContext &context) {
    context.max_b_frames = 0;
    context.gop_size = is_known(context.framerate) ? std::max(1, static_cast<int>(live_keyframe_seconds * av_q2d(context.framerate) + 0.5)) : 60;
    const std::string encoder = context.codec->name;
    if (encoder == "libx264" || encoder == "libx265") av_opt_set(context.priv_data, "tune", "zerolatency", 0);
    if (encoder == "libvpx" || encoder == "libvpx-vp9") av_opt_set(context.priv_data, "deadline", "realtime", 0), av_opt_set_int(context.priv_data, "lag-in-frames", 0, 0);
}

// Set last, so that who names an option has the last word.
void set_further(AVCodecContext &context, const vs_media_sink_options &options, const std::string &name) {
    if (!options.encoder_options || !*options.encoder_options) return;
    AVDictionary *parsed = nullptr;
    const int code = av_dict_parse_string(&parsed, options.encoder_options, "=", ":", 0);
    const std::unique_ptr<AVDictionary *, void (*)(AVDictionary **)> owner(&parsed, av_dict_free);
    check(code, VS_USAGE, name + ": options '" + options.encoder_options + "' are not of the form key=value:key=value");
    for (const AVDictionaryEntry *entry = nullptr; (entry = av_dict_get(parsed, "", entry, AV_DICT_IGNORE_SUFFIX));)
        check(av_opt_set(&context, entry->key, entry->value, AV_OPT_SEARCH_CHILDREN), VS_USAGE,
              name + ": option " + entry->key + "=" + entry->value + " is not possible");
}

void set_private(AVCodecContext &context, bool without_times) {
    const std::string encoder = context.codec->name;
    // Both print to stderr by themselves.
    if (encoder == "libx265") av_opt_set(context.priv_data, "x265-params", "log-level=error", 0);
    if (encoder == "libvpx-vp9" || encoder == "libaom-av1") av_opt_set_int(context.priv_data, "row-mt", 1, 0);
    // FFmpeg calls AV1 experimental where libaom is older than 2.0; its format is that of today.
    if (encoder == "libaom-av1") context.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    if (encoder == "prores_ks") av_opt_set(context.priv_data, "vendor", "apl0", 0);
    if (encoder == "libwebp_anim" || encoder == "libwebp") av_opt_set_int(context.priv_data, "quality", 90, 0);
    if (encoder == "mjpeg") {
        context.flags |= AV_CODEC_FLAG_QSCALE;
        context.global_quality = 2 * FF_QP2LAMBDA;
    }
    if (encoder == "ffv1") context.level = 3, context.slices = 4;
    // AVI states no presentation times. With B-frames its decoding times, two frames early, would be taken for them.
    if (without_times) context.max_b_frames = 0;
}

// Whether the bit stream names the matrix. Where it does not, players go by the size of the frame.
bool states_matrix(AVCodecID codec) {
    for (const auto id : {AV_CODEC_ID_MPEG1VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2, AV_CODEC_ID_MSMPEG4V2, AV_CODEC_ID_MSMPEG4V3,
                          AV_CODEC_ID_FLV1, AV_CODEC_ID_H263, AV_CODEC_ID_H263P, AV_CODEC_ID_THEORA, AV_CODEC_ID_VP8})
        if (codec == id) return false;
    return true;
}

bool states_range(AVCodecID codec) { return states_matrix(codec) && codec != AV_CODEC_ID_MPEG2VIDEO; }

// The tags that say what will be in the frames; the converter follows them.
Color color_for(AVCodecID codec, AVPixelFormat format, const vs_media_sink_options &options) {
    Color color{static_cast<AVColorSpace>(options.color.matrix), static_cast<AVColorPrimaries>(options.color.primaries),
                static_cast<AVColorTransferCharacteristic>(options.color.transfer),
                static_cast<AVColorRange>(options.color.range)};
    if ((av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_RGB) || format == AV_PIX_FMT_PAL8) {
        color.matrix = AVCOL_SPC_RGB, color.range = AVCOL_RANGE_JPEG;
    } else {
        if (color.matrix == AVCOL_SPC_RGB || color.matrix == AVCOL_SPC_UNSPECIFIED || color.matrix == AVCOL_SPC_RESERVED || !states_matrix(codec))
            color.matrix = matrix_for_size(options.width, options.height);
        if (color.matrix == AVCOL_SPC_BT2020_CL) color.matrix = AVCOL_SPC_BT2020_NCL;
        if (format == AV_PIX_FMT_YUVJ444P) color.matrix = AVCOL_SPC_SMPTE170M, color.range = AVCOL_RANGE_JPEG;
        if (color.range != AVCOL_RANGE_JPEG || !(states_range(codec) || format == AV_PIX_FMT_YUVJ444P)) color.range = AVCOL_RANGE_MPEG;
    }
    return color;
}

} // namespace

std::vector<const AVCodec *> Encoder::candidates(const std::string &codec) {
    std::vector<const AVCodec *> found;
    for (const auto &family : families)
        if (codec == family.codec || (codec == "h265" && strcmp(family.codec, "hevc") == 0))
            for (const char *name : family.encoders)
                if (const auto *encoder = avcodec_find_encoder_by_name(name)) found.push_back(encoder);
    if (!found.empty()) return found;
    const auto *encoder = avcodec_find_encoder_by_name(codec.c_str());
    if (!encoder)
        if (const auto *descriptor = avcodec_descriptor_get_by_name(codec.c_str())) encoder = avcodec_find_encoder(descriptor->id);
    if (encoder && encoder->type == AVMEDIA_TYPE_VIDEO) found.push_back(encoder);
    return found;
}

Encoder::Encoder(const std::string &name, const AVOutputFormat &format, const vs_media_sink_options &options)
    : name_(name), time_base_{options.time_base.num, options.time_base.den} {
    const auto encoders = candidates(name);
    if (encoders.empty()) throw failure(VS_USAGE, name + ": this FFmpeg has no such video encoder.");
    // The first refusal is that of the best encoder, and says most.
    for (const auto *encoder : encoders) {
        std::string refusal;
        if (avformat_query_codec(&format, encoder->id, FF_COMPLIANCE_NORMAL) == 0)
            refusal = std::string("the container ") + format.name + " cannot hold " + avcodec_get_name(encoder->id);
        else if (try_open(*encoder, format, options, refusal)) return;
        if (refusal_.empty()) refusal_ = refusal;
    }
    throw failure(VS_USAGE, name + ": cannot encode " + std::to_string(options.width) + "x" + std::to_string(options.height) +
                                ": " + refusal_ + ".");
}

bool Encoder::try_open(const AVCodec &encoder, const AVOutputFormat &format, const vs_media_sink_options &options,
                       std::string &refusal) {
    const auto pixel_format = choose_format(encoder, options, refusal);
    if (pixel_format == AV_PIX_FMT_NONE) return false;
    Codec context(avcodec_alloc_context3(&encoder));
    if (!context) throw std::bad_alloc();
    const AVRational rate{options.frame_rate.num, options.frame_rate.den};
    const auto *descriptor = av_pix_fmt_desc_get(pixel_format);
    const auto color = color_for(encoder.id, pixel_format, options);
    const auto *family = family_of(encoder);
    context->width = padded(options.width, family ? family->codec : encoder.name, descriptor->log2_chroma_w);
    context->height = padded(options.height, family ? family->codec : encoder.name, descriptor->log2_chroma_h);
    context->pix_fmt = pixel_format;
    context->sample_aspect_ratio = {options.sample_aspect_ratio.num, std::max(options.sample_aspect_ratio.den, 1)};
    context->time_base = time_base_;
    if (is_known(rate)) context->framerate = rate;
    // x265 takes the frame rate from the time base and scales its quality by it; times pass through it unread.
    if (is_known(rate) && strcmp(encoder.name, "libx265") == 0) context->time_base = av_inv_q(rate);
    context->colorspace = color.matrix;
    context->color_primaries = color.primaries;
    context->color_trc = color.transfer;
    context->color_range = color.range;
    context->chroma_sample_location = descriptor->log2_chroma_w == 0 ? AVCHROMA_LOC_UNSPECIFIED : AVCHROMA_LOC_LEFT;
    context->thread_count = std::clamp(options.threads, 0, 64);
    if (format.flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_private(*context, !states_start(format));
    set_quality(*context, options, family, name_);
    set_preset(*context, options, family, name_);
    if (options.live) set_live(*context);
    set_further(*context, options, name_);
    clear_log();
    fill_memory();
    if (const int code = avcodec_open2(context.get(), &encoder, nullptr); code < 0) {
        refusal = std::string(encoder.name) + " refuses it: " + reason(code);
        return false;
    }
    codec_ = std::move(context);
    takes_captions_ = has_option(*codec_, "a53cc");
    const RgbInput input{options.width, options.height, options.alpha != 0, options.bit_depth > 8 && depth_of(pixel_format) > 8};
    if (pixel_format == AV_PIX_FMT_PAL8) {
        const auto packed = options.alpha ? AV_PIX_FMT_BGRA : AV_PIX_FMT_BGR0;
        converter_ = std::make_unique<FromRgb>(input, options.width, options.height, packed, color);
        AVFrame like{};
        like.width = options.width, like.height = options.height, like.format = packed;
        like.sample_aspect_ratio = codec_->sample_aspect_ratio;
        // Ordered dither: the pattern of diffused errors would crawl from frame to frame.
        palette_ = std::make_unique<FilterGraph>(
            like, time_base_, rate, "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=bayer:bayer_scale=3");
    } else {
        converter_ = std::make_unique<FromRgb>(input, codec_->width, codec_->height, pixel_format, color);
    }
    return true;
}

void Encoder::send(const Picture &given) {
    auto &picture = converter_->convert(given.rgb, given.alpha, given.rgb16);
    picture.pts = given.pts;
    picture.sample_aspect_ratio = codec_->sample_aspect_ratio;
    picture.quality = codec_->global_quality;
    if (takes_captions_ && !given.captions.empty()) {
        auto *side = av_frame_new_side_data(&picture, AV_FRAME_DATA_A53_CC, given.captions.size());
        if (!side) throw std::bad_alloc();
        memcpy(side->data, given.captions.data(), given.captions.size());
    }
    // FFmpeg before 5 writes a single frame of unknown duration as one that is never shown.
    const bool unknown = given.duration <= 0 && is_known(codec_->framerate);
    last_duration_ = unknown ? av_rescale_q(1, av_inv_q(codec_->framerate), time_base_) : given.duration;
    durations_[given.pts] = last_duration_;
    if (first_pts_ == AV_NOPTS_VALUE) first_pts_ = given.pts;
    last_pts_ = given.pts;
    if (!palette_) {
        encode(&picture);
        last_.reset(av_frame_clone(&picture));
        if (!last_) throw std::bad_alloc();
        av_frame_remove_side_data(last_.get(), AV_FRAME_DATA_A53_CC); // is said once
        return;
    }
    palette_->push(picture);
    for (auto painted = new_frame(); palette_->pull(*painted);) encode(painted.get());
}

void Encoder::repeat(int64_t pts) {
    last_->pts = pts;
    durations_[pts] = 1;
    encode(last_.get());
}

void Encoder::encode(AVFrame *picture) {
    check(avcodec_send_frame(codec_.get(), picture), VS_OUTPUT, "a frame cannot be encoded");
}

void Encoder::drain() {
    if (palette_) {
        palette_->finish(last_pts_);
        for (auto painted = new_frame(); palette_->pull(*painted);) encode(painted.get());
    }
    encode(nullptr);
}

Packet Encoder::receive() {
    auto packet = new_packet();
    const int code = avcodec_receive_packet(codec_.get(), packet.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return nullptr;
    check(code, VS_OUTPUT, "a frame cannot be encoded");
    // x265 leaves the decoding times of fewer frames than it delays unset. They are not reordered.
    if (packet->dts > packet->pts || packet->dts < packet->pts - (int64_t{1} << 40)) packet->dts = packet->pts;
    // Most encoders forget how long a frame is shown, which the last frame of a file needs.
    if (const auto entry = durations_.find(packet->pts); entry != durations_.end()) {
        packet->duration = entry->second;
        durations_.erase(entry);
    }
    if (codec_->codec_id == AV_CODEC_ID_WEBP)
        set_length(packet->data, packet->size, av_rescale_q(last_pts_ + last_duration_ - first_pts_, time_base_, {1, 1000}));
    return packet;
}

} // namespace vs::media
