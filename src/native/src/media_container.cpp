#include "media_container.hpp"
#include "media_device.hpp"
#include "media_network.hpp"
#include "media_transcode.hpp"

#include <algorithm>
#include <cmath>

namespace vs::media {

namespace {

const char *const program_streams = "mpeg,vcd,vob,svcd,dvd";
const char *const constant_rate_only = "avi,mpeg,vcd,vob,svcd,dvd,ogg,ogv,mxf,mxf_d10,mxf_opatom,gxf,swf,rm,dv,yuv4mpegpipe";

// Muxers that take any sound and subtitles, and what is read back from their files. Others are asked themselves.
struct Contents {
    const char *formats;
    std::vector<AVCodecID> codecs;
};
const std::vector<Contents> contents = {
    {"mpeg,vcd", {AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3}},
    {"vob,svcd,dvd", {AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_DTS, AV_CODEC_ID_DVD_SUBTITLE}},
    {"mpegts,hls",
     {AV_CODEC_ID_MP1, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AAC, AV_CODEC_ID_AAC_LATM, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3,
      AV_CODEC_ID_DTS, AV_CODEC_ID_TRUEHD, AV_CODEC_ID_OPUS, AV_CODEC_ID_S302M, AV_CODEC_ID_DVB_SUBTITLE, AV_CODEC_ID_DVB_TELETEXT,
      AV_CODEC_ID_HDMV_PGS_SUBTITLE}},
    {"avi",
     {AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_DTS, AV_CODEC_ID_PCM_U8, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24LE,
      AV_CODEC_ID_PCM_S32LE, AV_CODEC_ID_PCM_F32LE, AV_CODEC_ID_PCM_ALAW, AV_CODEC_ID_PCM_MULAW, AV_CODEC_ID_ADPCM_MS,
      AV_CODEC_ID_ADPCM_IMA_WAV, AV_CODEC_ID_XSUB}},
    {"asf",
     {AV_CODEC_ID_WMAV1, AV_CODEC_ID_WMAV2, AV_CODEC_ID_WMAPRO, AV_CODEC_ID_WMALOSSLESS, AV_CODEC_ID_WMAVOICE, AV_CODEC_ID_MP2,
      AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_AAC, AV_CODEC_ID_PCM_S16LE}},
    {"mxf", {AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S24LE}},
    {"rtsp", {AV_CODEC_ID_OPUS, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_PCM_ALAW, AV_CODEC_ID_PCM_MULAW}},
    // It takes Windows' codecs without what their decoders need.
    {"mov",
     {AV_CODEC_ID_AAC, AV_CODEC_ID_AC3, AV_CODEC_ID_EAC3, AV_CODEC_ID_MP2, AV_CODEC_ID_MP3, AV_CODEC_ID_ALAC, AV_CODEC_ID_PCM_S8,
      AV_CODEC_ID_PCM_U8, AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_PCM_S16BE, AV_CODEC_ID_PCM_S24LE, AV_CODEC_ID_PCM_S24BE, AV_CODEC_ID_PCM_S32LE,
      AV_CODEC_ID_PCM_S32BE, AV_CODEC_ID_PCM_F32LE, AV_CODEC_ID_PCM_F32BE, AV_CODEC_ID_PCM_F64LE, AV_CODEC_ID_PCM_F64BE,
      AV_CODEC_ID_PCM_ALAW, AV_CODEC_ID_PCM_MULAW, AV_CODEC_ID_ADPCM_IMA_QT, AV_CODEC_ID_AMR_NB, AV_CODEC_ID_AMR_WB, AV_CODEC_ID_QDM2,
      AV_CODEC_ID_QDMC, AV_CODEC_ID_MACE3, AV_CODEC_ID_MACE6, AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_EIA_608}},
};

// NUT states neither how long a subtitle is shown nor the size of a block, without which these cannot be decoded.
const std::vector<AVCodecID> block_aligned = {AV_CODEC_ID_WMAV1, AV_CODEC_ID_WMAV2, AV_CODEC_ID_WMAPRO, AV_CODEC_ID_WMALOSSLESS, AV_CODEC_ID_WMAVOICE,
                                              AV_CODEC_ID_COOK, AV_CODEC_ID_SIPR, AV_CODEC_ID_ATRAC3, AV_CODEC_ID_ATRAC3P, AV_CODEC_ID_XMA2};

// ISO/IEC 13818-2, table 6-4; MXF's packages know the same.
const AVRational mpeg_rates[] = {{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {50, 1}, {60000, 1001}, {60, 1}};

bool is_listed(const std::vector<AVCodecID> &list, AVCodecID codec) { return std::find(list.begin(), list.end(), codec) != list.end(); }

double ratio(AVRational a, AVRational b) { return av_q2d(a) / av_q2d(b); }

// A rate that was measured from rounded times is a little off.
AVRational snapped(AVRational rate) {
    for (const auto &standard : mpeg_rates)
        if (std::fabs(ratio(rate, standard) - 1) < 0.0004) return standard;
    const AVRational whole{static_cast<int>(std::lround(av_q2d(rate))), 1};
    if (whole.num > 0 && std::fabs(ratio(rate, whole) - 1) < 0.0004) return whole;
    return rate;
}

// The slowest rate of MPEG-1 and -2 that shows each frame equally often, or else each frame.
AVRational mpeg_rate_for(AVRational rate) {
    for (const auto &standard : mpeg_rates) {
        const double times = ratio(standard, rate);
        if (times > 0.999 && std::fabs(times - std::round(times)) < 0.0004) return standard;
    }
    for (const auto &standard : mpeg_rates)
        if (ratio(standard, rate) > 0.999) return standard;
    for (const auto &standard : mpeg_rates)
        if (const double times = ratio(rate, standard); times < 2.5 && std::fabs(times - std::round(times)) < 0.0004) return standard;
    return {60, 1};
}

} // namespace

bool is_named(const AVOutputFormat &format, const char *names) { return av_match_name(format.name, names); }
bool is_mov(const AVOutputFormat &format) { return is_named(format, "mov,mp4,ipod,ismv,3gp,3g2,psp,f4v"); }
bool is_matroska(const AVOutputFormat &format) { return is_named(format, "matroska,webm"); }

bool is_blu_ray(const std::string &name) { return av_match_ext(name.c_str(), "m2ts,mts"); }

const AVOutputFormat &container_for(const vs_media_sink_options &options, const std::string &path) {
    const bool named = options.format && *options.format;
    const std::string name = options.file_name && *options.file_name ? options.file_name : path;
    if (Device device; options.live && is_device(path, &device)) return *device_output(device);
    const auto *protocol = protocol_of(path);
    const auto *format = named    ? av_guess_format(options.format, nullptr, nullptr)
                         : protocol ? av_guess_format(protocol->muxer, nullptr, nullptr)
                         : path == "-" ? av_guess_format("nut", nullptr, nullptr)
                                       : av_guess_format(nullptr, name.c_str(), nullptr);
    if (!format && named) throw failure(VS_USAGE, std::string(options.format) + ": is not a container that this FFmpeg writes.");
    if (!format) throw failure(VS_USAGE, name + ": its extension names no container that this FFmpeg writes.");
    // Segments would lie beside a temporary name, where nobody looks, and what they replace would not be asked about.
    const bool is_stream = options.live && (is_named(*format, "hls") || (protocol && is_named(*format, "rtsp")));
    if ((format->flags & AVFMT_NOFILE) && !is_stream)
        throw failure(VS_USAGE, name + ": " + format->name + " is more than one file. Name the output .mp4, and let ffmpeg -c copy make segments of it.");
    return *format;
}

std::string usual_codec(const AVOutputFormat &format, const vs_media_sink_options &options) {
    if (options.alpha && is_named(format, "mov")) return "prores";
    if (options.alpha && is_named(format, "matroska")) return "vp9";
    // 10 bits play as HEVC wherever they play at all; as H.264 in few places.
    const bool takes_hevc = is_named(format, "mp4,mov,matroska,mpegts") && std::min(options.width, options.height) >= 32;
    if (options.bit_depth > 8 && takes_hevc && avcodec_find_encoder_by_name("libx265")) return "hevc";
    if (is_mov(format) || is_named(format, "matroska,avi,mpegts,flv,rtsp,hls")) return "h264";
    if (is_named(format, "webm")) return "vp9";
    if (is_named(format, "nut,v4l2")) return "rawvideo";
    if (is_named(format, "webp")) return "webp";
    if (is_named(format, "asf")) return "wmv2";
    if (is_named(format, "ogg,ogv") && can_encode(AV_CODEC_ID_THEORA)) return "theora";
    if (is_named(format, "ogg,ogv")) return "vp8";
    if (format.video_codec == AV_CODEC_ID_NONE)
        throw failure(VS_USAGE, std::string("the container ") + format.name + " holds no video.");
    return avcodec_get_name(format.video_codec);
}

std::vector<AVCodecID> audio_codecs_for(const AVOutputFormat &format, const AVCodecParameters &source) {
    if (is_named(format, "webm,ogg,ogv")) return {AV_CODEC_ID_OPUS, AV_CODEC_ID_VORBIS};
    if (is_mov(format) || is_named(format, "matroska,mpegts,flv,rtsp,hls")) return {AV_CODEC_ID_AAC, AV_CODEC_ID_AC3, AV_CODEC_ID_MP3};
    const bool pcm = av_get_exact_bits_per_sample(source.codec_id) > 0 && is_usual_in(format, source);
    if (!states_start(format) && pcm) return {source.codec_id};
    if (is_named(format, "avi")) return {AV_CODEC_ID_MP3, AV_CODEC_ID_AC3, AV_CODEC_ID_PCM_S16LE};
    if (is_named(format, program_streams)) return {AV_CODEC_ID_MP2, AV_CODEC_ID_AC3};
    if (is_named(format, "asf")) return {AV_CODEC_ID_WMAV2, AV_CODEC_ID_AC3};
    if (is_named(format, "mxf")) {
        const int bits = std::max(source.bits_per_raw_sample, av_get_exact_bits_per_sample(source.codec_id));
        return {bits > 16 ? AV_CODEC_ID_PCM_S24LE : AV_CODEC_ID_PCM_S16LE};
    }
    if (format.audio_codec == AV_CODEC_ID_NONE) return {};
    return {format.audio_codec};
}

bool is_text_subtitle(AVCodecID codec) {
    const auto *descriptor = avcodec_descriptor_get(codec);
    return descriptor && descriptor->type == AVMEDIA_TYPE_SUBTITLE && (descriptor->props & AV_CODEC_PROP_TEXT_SUB);
}

AVCodecID subtitle_codec_for(const AVOutputFormat &format, AVCodecID source) {
    if (!is_text_subtitle(source)) return AV_CODEC_ID_NONE;
    if (is_mov(format)) return AV_CODEC_ID_MOV_TEXT;
    if (is_named(format, "webm")) return AV_CODEC_ID_WEBVTT;
    return is_matroska(format) ? AV_CODEC_ID_SUBRIP : AV_CODEC_ID_NONE;
}

bool is_usual_in(const AVOutputFormat &format, const AVCodecParameters &stream) {
    if (is_named(format, "nut")) return !is_text_subtitle(stream.codec_id) && !is_listed(block_aligned, stream.codec_id);
    for (const auto &entry : contents)
        if (is_named(format, entry.formats) && (stream.codec_type == AVMEDIA_TYPE_AUDIO || stream.codec_type == AVMEDIA_TYPE_SUBTITLE))
            return is_listed(entry.codecs, stream.codec_id);
    return true;
}

bool states_start(const AVOutputFormat &format) { return !is_named(format, "avi,mxf,mxf_d10,mxf_opatom,gxf"); }

bool holds_timecode(const AVOutputFormat &format) { return is_named(format, "mov,mp4,matroska,webm,mxf,gxf"); }

bool leaves_out_empty(const AVOutputFormat &format) { return is_mov(format) || is_named(format, program_streams); }

bool needs_whole_sound(const AVOutputFormat &format) { return is_named(format, "mxf,mxf_d10,mxf_opatom,gxf"); }

int only_sample_rate(const AVOutputFormat &format) { return needs_whole_sound(format) ? 48000 : 0; }

AVRational constant_rate_for(const AVOutputFormat &format, const std::string &codec, AVRational time_base, AVRational source) {
    constexpr int default_rate = 25, largest_tick_of_mpeg4 = 65535;
    const bool mpeg12 = codec == "mpeg1video" || codec == "mpeg2video" || is_named(format, "mxf");
    const bool mpeg4 = (codec == "mpeg4" || codec == "libxvid") && time_base.den > largest_tick_of_mpeg4;
    if (!mpeg12 && !mpeg4 && !is_named(format, constant_rate_only)) return {0, 0};
    const AVRational rate = is_known(source) && av_q2d(source) <= 1000 ? snapped(source) : AVRational{default_rate, 1};
    return mpeg12 ? mpeg_rate_for(rate) : rate;
}

} // namespace vs::media
