// What is known of containers: their usual codecs, and what they hold.
#pragma once

#include "media.hpp"

namespace vs::media {

/// What a file name or FFmpeg's name says of the container; throws VS_USAGE where neither is known.
const AVOutputFormat &container_for(const vs_media_sink_options &options, const std::string &path);
/// Whether a container is one of FFmpeg's names, separated by commas.
bool is_named(const AVOutputFormat &format, const char *names);
bool is_mov(const AVOutputFormat &format);
bool is_matroska(const AVOutputFormat &format);
/// Whether a transport stream of this name is one of Blu-ray and AVCHD, with a time before each packet.
bool is_blu_ray(const std::string &name);
/// The video codec that is usual in a container, for frames with alpha or more than 8 bits one that holds them.
std::string usual_codec(const AVOutputFormat &format, const vs_media_sink_options &options);
/// The audio codecs that sound is converted to, best first.
std::vector<AVCodecID> audio_codecs_for(const AVOutputFormat &format, const AVCodecParameters &source);
/// The codec that text subtitles are converted to, or AV_CODEC_ID_NONE.
AVCodecID subtitle_codec_for(const AVOutputFormat &format, AVCodecID source);
/// Whether players find a stream of this codec in the container; its muxer may take more.
bool is_usual_in(const AVOutputFormat &format, const AVCodecParameters &stream);
/// Whether streams may begin at other times than 0.
bool states_start(const AVOutputFormat &format);
/// Whether its muxer keeps the video's timecode.
bool holds_timecode(const AVOutputFormat &format);
/// Whether a stream without packets is not in the file.
bool leaves_out_empty(const AVOutputFormat &format);
/// Whether the sound must be as long as the video, which the container would cut otherwise.
bool needs_whole_sound(const AVOutputFormat &format);
/// The only sample rate of the container, or 0.
int only_sample_rate(const AVOutputFormat &format);
bool is_text_subtitle(AVCodecID codec);

/// The constant frame rate that the codec or the container needs, near the source's; 0/0 where each frame may have its own time.
AVRational constant_rate_for(const AVOutputFormat &format, const std::string &codec, AVRational time_base, AVRational source);

} // namespace vs::media
