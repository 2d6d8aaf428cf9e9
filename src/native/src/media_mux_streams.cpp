// Which streams stand in the output, and what is said of them.
#include <algorithm>
#include <cstdlib>
#include <cstring>

extern "C" {
#include <libavutil/timecode.h>
}

#include "media_mux.hpp"
#include "media_versions.hpp"

namespace vs::media {

namespace {

constexpr size_t most_copied = 100;

int kind_of(const AVStream &stream) {
    switch (stream.codecpar->codec_type) {
    case AVMEDIA_TYPE_VIDEO: return VS_STREAM_VIDEO;
    case AVMEDIA_TYPE_AUDIO: return VS_STREAM_AUDIO;
    case AVMEDIA_TYPE_SUBTITLE: return VS_STREAM_SUBTITLE;
    case AVMEDIA_TYPE_ATTACHMENT: return VS_STREAM_ATTACHMENT;
    default: return VS_STREAM_DATA;
    }
}

bool is_cover(const AVStream &stream) {
    return (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) && stream.attached_pic.size > 0;
}

uint32_t tag_for(const AVOutputFormat &format, const AVCodecParameters &parameters) {
    unsigned tag = 0;
    const bool keeps = !format.codec_tag || av_codec_get_id(format.codec_tag, parameters.codec_tag) == parameters.codec_id ||
                       !av_codec_get_tag2(format.codec_tag, parameters.codec_id, &tag);
    return keeps ? parameters.codec_tag : 0;
}

// Matroska keeps covers as attached files.
void make_attachment(AVStream &stream, const AVStream &from) {
    auto &parameters = *stream.codecpar;
    const auto &picture = from.attached_pic;
    parameters.codec_type = AVMEDIA_TYPE_ATTACHMENT;
    av_freep(&parameters.extradata);
    parameters.extradata = static_cast<uint8_t *>(av_mallocz(static_cast<size_t>(picture.size) + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!parameters.extradata) throw std::bad_alloc();
    memcpy(parameters.extradata, picture.data, static_cast<size_t>(picture.size));
    parameters.extradata_size = picture.size;
    const bool png = parameters.codec_id == AV_CODEC_ID_PNG;
    av_dict_set(&stream.metadata, "filename", png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE);
    av_dict_set(&stream.metadata, "mimetype", png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE);
}

AVStream &new_stream(AVFormatContext &context) {
    auto *stream = avformat_new_stream(&context, nullptr);
    if (!stream) throw std::bad_alloc();
    return *stream;
}

void describe_copy(AVStream &stream, const AVStream &from, const AVOutputFormat &format) {
    check(copy_parameters(stream, from), VS_OUTPUT, "a stream cannot be described");
    stream.codecpar->codec_tag = tag_for(format, *from.codecpar);
    stream.time_base = from.time_base;
    stream.disposition = from.disposition;
    stream.avg_frame_rate = from.avg_frame_rate;
    stream.sample_aspect_ratio = from.sample_aspect_ratio;
    av_dict_copy(&stream.metadata, from.metadata, 0);
    if (is_cover(from) && is_matroska(format)) make_attachment(stream, from);
}

// What a rewritten file must not claim any longer.
void drop_stale(AVDictionary *&metadata) {
    for (const char *key : {"major_brand", "minor_version", "compatible_brands", "encoder", "rotate", "alpha_mode"})
        av_dict_set(&metadata, key, nullptr, 0);
    const AVDictionaryEntry *entry = nullptr;
    std::vector<std::string> statistics;
    while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        const std::string key = entry->key;
        for (const char *prefix : {"BPS", "DURATION", "NUMBER_OF_", "_STATISTICS_"})
            if (key.compare(0, strlen(prefix), prefix) == 0) statistics.push_back(key);
    }
    for (const auto &key : statistics) av_dict_set(&metadata, key.c_str(), nullptr, 0);
}

// The timecode of a part is that of its first frame.
void state_timecode(AVDictionary *&metadata, const Source &source) {
    const auto *entry = av_dict_get(metadata, "timecode", nullptr, 0);
    if (!entry || source.options().from_us <= 0) return;
    const auto &video = source.demuxer().opened_video();
    const int64_t begin = video.start_time != AV_NOPTS_VALUE ? video.start_time : 0;
    AVTimecode timecode;
    char text[AV_TIMECODE_STR_SIZE];
    if (av_timecode_init_from_string(&timecode, video.avg_frame_rate, entry->value, nullptr) < 0) return;
    const int64_t skipped = av_rescale_q(source.origin() + source.first_pts() - begin, video.time_base, av_inv_q(video.avg_frame_rate));
    av_dict_set(&metadata, "timecode", av_timecode_make_string(&timecode, text, static_cast<int>(skipped)), 0);
}

// The first packet that is copied. A part has packets before it, for decoders alone.
const AVPacket *first_packet(const Source &source, int index) {
    return source.demuxer().others()->first_of(index, source.options().from_us > 0 ? 0 : INT64_MIN);
}

// Whether sound is to be in another codec, though the container may hold it as it is.
bool is_to_convert(const vs_media_sink_options &options, const AVOutputFormat &format, const Source &source, const AVStream &from,
                   int64_t shift_ns) {
    const auto codec = from.codecpar->codec_id;
    if (options.audio == VS_AUDIO_AAC || options.audio == VS_AUDIO_OPUS)
        return codec != (options.audio == VS_AUDIO_AAC ? AV_CODEC_ID_AAC : AV_CODEC_ID_OPUS);
    if (options.audio == VS_AUDIO_COPY || states_start(format)) return false;
    // A start or a gap that cannot be stated would put the sound out of step. Decoding PCM loses nothing, and fills them.
    if (av_get_exact_bits_per_sample(codec) > 0) return true;
    const auto *first = first_packet(source, from.index);
    return first && first->pts != AV_NOPTS_VALUE && std::abs(av_rescale_q(first->pts, from.time_base, AV_TIME_BASE_Q) + shift_ns / 1000) > 1000;
}

bool keeps_timecode(const AVOutputFormat &format, const Source &source) {
    return holds_timecode(format) && av_dict_get(source.demuxer().opened_video().metadata, "timecode", nullptr, 0);
}

std::string name_of(const AVStream &stream) {
    const auto *kind = av_get_media_type_string(stream.codecpar->codec_type);
    return std::string(kind ? kind : "data") + " stream " + std::to_string(stream.index) + " (" +
           avcodec_get_name(stream.codecpar->codec_id) + ")";
}

void describe_converted(AVStream &stream, const AVCodecContext &encoder, const AVStream &from) {
    check(avcodec_parameters_from_context(stream.codecpar, &encoder), VS_OUTPUT, "a stream cannot be described");
    stream.time_base = encoder.time_base;
    stream.disposition = from.disposition;
    av_dict_copy(&stream.metadata, from.metadata, 0);
    drop_stale(stream.metadata);
}

} // namespace

void Muxer::add_video(const vs_media_sink_options &options, const Encoder &encoder, const Source *source) {
    video_ = &new_stream(*context_);
    const auto &codec = encoder.context();
    check(avcodec_parameters_from_context(video_->codecpar, &codec), VS_OUTPUT, name_ + ": cannot be described");
    video_index_ = video_->index;
    video_->time_base = video_time_base_;
    video_->sample_aspect_ratio = codec.sample_aspect_ratio;
    if (options.frame_rate.num > 0) video_->avg_frame_rate = {options.frame_rate.num, options.frame_rate.den};
    // Apple's players take HEVC under this tag only.
    if (is_mov(*context_->oformat) && codec.codec_id == AV_CODEC_ID_HEVC)
        video_->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    if (!source) return;
    const auto &from = source->demuxer().opened_video();
    av_dict_copy(&video_->metadata, from.metadata, 0);
    drop_stale(video_->metadata);
    state_timecode(video_->metadata, *source);
    video_->disposition = from.disposition;
    // Beside the original the frame is no sphere any longer.
    if (options.width == source->info().width && options.height == source->info().height) copy_projection(from);
    if (side_data_of(from, AV_PKT_DATA_DOVI_CONF)) notes_.push_back(name_ + ": Dolby Vision metadata is left out.");
}

// How a 360° or stereoscopic picture is laid out.
void Muxer::copy_projection(const AVStream &from) {
    const auto &format = *context_->oformat;
    const bool holds = is_matroska(format) || is_named(format, "mp4");
    bool lost = false;
    for (const auto type : {AV_PKT_DATA_SPHERICAL, AV_PKT_DATA_STEREO3D}) {
        const auto side = side_data_of(from, type);
        if (!side) continue;
        if (holds) check(add_side_data(*video_, type, side), VS_OUTPUT, name_ + ": cannot be described");
        lost |= !holds;
        // FFmpeg writes the boxes of 360° video on request only.
        if (holds && is_mov(format)) context_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    }
    if (lost) notes_.push_back(name_ + ": that it is 360° or stereoscopic is left out: " + format.name + " cannot hold it; .mp4 and .mkv can.");
}

void Muxer::add_streams(const vs_media_sink_options &options, const Encoder &encoder, const Source &source) {
    auto &demuxer = source.demuxer();
    const auto &container = demuxer.opened();
    // MXF wants the video first.
    const bool video_first = !states_start(*context_->oformat);
    if (video_first) add_video(options, encoder, &source);
    for (unsigned i = 0; i < container.nb_streams; i++) {
        const auto &from = *container.streams[i];
        if (from.index != demuxer.opened_video().index) add_other(options, encoder, source, from);
        else if (!video_first) add_video(options, encoder, &source);
    }
    clear_log();
    others_ = options.live ? demuxer.listen(options.shift_us) : demuxer.others();
    is_part_ = source.options().from_us > 0;
    movie_timescale_ = movie_timescale(source);
#if LIBAVFORMAT_VERSION_MAJOR < 59
    // Matroska has no negative times. FFmpeg before 5 moves all streams only from the first negative packet on, when the
    // first frames may be written.
    if (is_matroska(*context_->oformat)) {
        int64_t earliest = 0;
        for (const auto &[index, other] : streams_) earliest = std::min(earliest, start_us(source, index, other));
        context_->output_ts_offset = -earliest;
    }
#endif
    copy_chapters(source);
    av_dict_copy(&context_->metadata, container.metadata, 0);
    drop_stale(context_->metadata);
    state_timecode(context_->metadata, source);
}

void Muxer::add_other(const vs_media_sink_options &options, const Encoder &encoder, const Source &source, const AVStream &from) {
    const auto &format = *context_->oformat;
    if (!source.demuxer().copies(from.index) || !(kind_of(from) & options.copy)) return;
    // The muxer makes a timecode track, or a tag, of the video's metadata.
    if (from.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd') && keeps_timecode(format, source)) return;
    const auto name = name_of(from);
    const bool audio = from.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    // Of other transport streams than Blu-ray's, nobody reads it back.
    const bool is_lost = is_named(format, "mpegts") && from.codecpar->codec_id == AV_CODEC_ID_HDMV_PGS_SUBTITLE && !is_blu_ray(name_);
    const bool copy = streams_.size() < most_copied && from.codecpar->codec_id != AV_CODEC_ID_NONE && !(audio && is_to_convert(options, format, source, from, shift_ns_)) &&
                      is_usual_in(format, *from.codecpar) && !is_lost && can_hold(encoder, &from, nullptr);
    std::unique_ptr<Transcoder> transcoder;
    if (!copy) {
        std::string refusal = std::string(format.name) + " cannot hold it.";
        if (streams_.size() < most_copied) transcoder = transcoder_for(options, encoder, from, refusal);
        if (!transcoder) {
            add_note(name + " is left out: " + refusal);
            return;
        }
        if (transcoder->encoder().codec_id != from.codecpar->codec_id)
            add_note(name + " is converted to " + avcodec_get_name(transcoder->encoder().codec_id) + ".");
    }
    auto &stream = new_stream(*context_);
    if (transcoder) describe_converted(stream, transcoder->encoder(), from);
    else describe_copy(stream, from, format);
    if (is_cover(from)) return add_cover(stream, from);
    auto &other = streams_[from.index];
    other.stream = &stream, other.type = from.codecpar->codec_type, other.codec = from.codecpar->codec_id;
    other.time_base = other.incoming = from.time_base, other.name = name;
    routes_[from.index] = from.index;
    other.transcoder = std::move(transcoder);
    if (is_matroska(format) && audio) state_priming(source, from.index, other);
}

// A stream is the same where kind and codec are, in the order in which they stand.
void Muxer::follow(Demuxer &source, int64_t shift_us) {
    std::vector<bool> taken(source.opened().nb_streams, false);
    routes_.clear();
    for (auto &[index, other] : streams_)
        for (unsigned i = 0; i < source.opened().nb_streams; i++) {
            const auto &from = *source.opened().streams[i];
            if (taken[i] || !source.copies(from.index) || from.codecpar->codec_type != other.type || from.codecpar->codec_id != other.codec) continue;
            taken[i] = true;
            routes_[from.index] = index;
            other.incoming = from.time_base;
            if (!other.transcoder) other.time_base = from.time_base;
            break;
        }
    others_ = source.listen(shift_us);
}

void Muxer::add_cover(AVStream &stream, const AVStream &from) {
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) return;
    Packet picture(av_packet_clone(&from.attached_pic));
    if (!picture) throw std::bad_alloc();
    covers_[&stream] = std::move(picture);
}

std::unique_ptr<Transcoder> Muxer::transcoder_for(const vs_media_sink_options &options, const Encoder &encoder, const AVStream &from,
                                                  std::string &refusal) const {
    const auto &format = *context_->oformat;
    // The clear text of FFmpeg would be about the trial, not about the file.
    try {
        if (from.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) return audio_transcoder_for(options, encoder, from, refusal);
        if (from.codecpar->codec_type != AVMEDIA_TYPE_SUBTITLE) return nullptr;
        const auto codec = subtitle_codec_for(format, from.codecpar->codec_id);
        if (codec == AV_CODEC_ID_NONE || !can_encode(codec)) return nullptr;
        auto transcoder = transcode_subtitle(from, codec);
        return can_hold(encoder, &from, &transcoder->encoder()) ? std::move(transcoder) : nullptr;
    } catch (const failure &e) {
        if (options.audio != VS_AUDIO_AUTO && e.status() == VS_USAGE) throw;
        refusal = e.what();
        return nullptr;
    }
}

std::unique_ptr<Transcoder> Muxer::audio_transcoder_for(const vs_media_sink_options &options, const Encoder &encoder,
                                                        const AVStream &from, std::string &refusal) const {
    const auto &format = *context_->oformat;
    if (options.audio == VS_AUDIO_COPY) return nullptr;
    auto codecs = options.audio == VS_AUDIO_AAC    ? std::vector{AV_CODEC_ID_AAC}
                  : options.audio == VS_AUDIO_OPUS ? std::vector{AV_CODEC_ID_OPUS}
                                                   : audio_codecs_for(format, *from.codecpar);
    // Codecs of fewer channels than the sound has come last.
    std::stable_partition(codecs.begin(), codecs.end(), [&](AVCodecID codec) { return channels_of(*from.codecpar) <= most_channels(codec); });
    for (const auto codec : codecs) {
        if (!can_encode(codec)) continue;
        AudioTarget target;
        target.codec = codec;
        target.whole_padding = !states_start(format);
        target.sample_rate = only_sample_rate(format);
        target.shift_ns = shift_ns_;
        target.global_header = format.flags & AVFMT_GLOBALHEADER;
        try {
            auto transcoder = transcode_audio(from, target);
            if (can_hold(encoder, &from, &transcoder->encoder())) return transcoder;
        } catch (const failure &e) {
            refusal = e.what();
        }
    }
    if (options.audio != VS_AUDIO_AUTO)
        throw failure(VS_USAGE, std::string(format.name) + " cannot hold " + avcodec_get_name(codecs.front()) + ".");
    return nullptr;
}

// Asks the muxer itself, by writing a header with the video, what was taken already and this stream to nowhere.
bool Muxer::can_hold(const Encoder &encoder, const AVStream *candidate, const AVCodecContext *converted) const {
    // What is sent over a connection, or is many files, is not tried: RTSP by the list of what it holds, HLS as its segments.
    if (is_named(*context_->oformat, "rtsp")) return true;
    const auto &format = is_named(*context_->oformat, "hls") ? *av_guess_format("mpegts", nullptr, nullptr) : *context_->oformat;
    AVFormatContext *context = nullptr;
    check(new_output(context, format, nullptr), VS_OUTPUT, "no container");
    std::unique_ptr<AVFormatContext, void (*)(AVFormatContext *)> owner(context, avformat_free_context);
    context->strict_std_compliance = FF_COMPLIANCE_NORMAL;
    auto &video = new_stream(*context);
    check(avcodec_parameters_from_context(video.codecpar, &encoder.context()), VS_OUTPUT, "a stream cannot be described");
    video.time_base = encoder.time_base();
    video.avg_frame_rate = encoder.context().framerate;
    video.sample_aspect_ratio = encoder.context().sample_aspect_ratio;
    for (const auto &[index, other] : streams_) {
        auto &stream = new_stream(*context);
        check(copy_parameters(stream, *other.stream), VS_OUTPUT, "a stream cannot be described");
        stream.time_base = other.time_base;
    }
    if (converted) describe_converted(new_stream(*context), *converted, *candidate);
    else describe_copy(new_stream(*context), *candidate, format);
    check(avio_open_dyn_buf(&context->pb), VS_OUTPUT, "no buffer");
    const int code = avformat_write_header(context, nullptr);
    uint8_t *bytes = nullptr;
    avio_close_dyn_buf(context->pb, &bytes);
    av_free(bytes);
    context->pb = nullptr;
    clear_log();
    return code >= 0;
}

void Muxer::state_priming(const Source &source, int index, Other &other) {
    auto &parameters = *other.stream->codecpar;
#if LIBAVFORMAT_VERSION_MAJOR < 60
    // It states Opus' delay without moving the packets by it, so that each copy would drift by 6.5 ms.
    if (parameters.codec_id == AV_CODEC_ID_OPUS)
        other.delay = other.transcoder ? av_rescale(parameters.initial_padding, 48000, parameters.sample_rate) : parameters.initial_padding;
#endif
    // Matroska has no negative times. Sound that primes the decoder is stated as a delay; FFmpeg before 6 writes that for
    // Opus only, and moves every stream by the priming (about 20 ms) otherwise.
    const auto *first = other.transcoder ? nullptr : first_packet(source, index);
    if (first && first->pts != AV_NOPTS_VALUE && first->pts < 0 && parameters.initial_padding == 0 && parameters.sample_rate > 0)
        parameters.initial_padding = static_cast<int>(av_rescale_q(-first->pts, other.time_base, AVRational{1, parameters.sample_rate}));
}

#if LIBAVFORMAT_VERSION_MAJOR < 59
// Where the first packet of a stream lies, in microseconds.
int64_t Muxer::start_us(const Source &source, int index, const Other &other) const {
    const int64_t delay = av_rescale_q(other.delay, AVRational{1, 48000}, AV_TIME_BASE_Q);
    const auto &parameters = *other.stream->codecpar;
    if (other.transcoder)
        return parameters.sample_rate > 0 ? delay - av_rescale(parameters.initial_padding, AV_TIME_BASE, parameters.sample_rate) : 0;
    const auto *first = first_packet(source, index);
    return first && first->pts != AV_NOPTS_VALUE ? av_rescale_q(first->pts, other.time_base, AV_TIME_BASE_Q) + delay : 0;
}
#endif

// A stream that begins late begins after a gap counted in the movie's ticks; usual milliseconds would shift it.
int64_t Muxer::movie_timescale(const Source &source) const {
    constexpr int64_t largest = 100'000'000;
    int64_t scale = video_time_base_.den;
    bool late = source.first_pts() != 0;
    for (const auto &[index, other] : streams_) {
        const auto *first = other.transcoder ? nullptr : first_packet(source, index);
        if (other.stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO || !first || first->pts <= 0) continue;
        late = true;
        const int64_t common = scale / av_gcd(scale, other.time_base.den) * other.time_base.den;
        if (common <= largest) scale = common;
    }
    return late ? scale : 0;
}

void Muxer::copy_chapters(const Source &source) {
    const auto &container = source.demuxer().opened();
    const auto time_base = source.demuxer().opened_video().time_base;
    const auto &options = source.options();
    for (unsigned i = 0; i < container.nb_chapters; i++) {
        const auto &from = *container.chapters[i];
        const int64_t shift = av_rescale_q(source.origin(), time_base, from.time_base);
        int64_t start = from.start - shift, end = from.end - shift;
        if (options.from_us > 0) start = std::max<int64_t>(start, 0);
        if (options.to_us >= 0)
            end = std::min(end, av_rescale_q(options.to_us - std::max<int64_t>(options.from_us, 0), AV_TIME_BASE_Q, from.time_base));
        if (end <= start) continue;
        auto *chapter = static_cast<AVChapter *>(av_mallocz(sizeof(AVChapter)));
        auto **list = static_cast<AVChapter **>(
            av_realloc_array(context_->chapters, context_->nb_chapters + 1, sizeof(AVChapter *)));
        if (list) context_->chapters = list;
        if (!chapter || !list) {
            av_free(chapter);
            throw std::bad_alloc();
        }
        chapter->id = from.id;
        chapter->time_base = from.time_base;
        chapter->start = start;
        chapter->end = end;
        av_dict_copy(&chapter->metadata, from.metadata, 0);
        list[context_->nb_chapters++] = chapter;
    }
}

} // namespace vs::media
