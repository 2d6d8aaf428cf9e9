// Which streams stand in the output, and what is said of them.
#include <algorithm>
#include <cstring>

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

// Asks the muxer itself, by writing a header with these streams to nowhere.
bool can_hold(const AVOutputFormat &format, const std::vector<const AVStream *> &streams) {
    AVFormatContext *context = nullptr;
    check(new_output(context, format, nullptr), VS_OUTPUT, "no container");
    std::unique_ptr<AVFormatContext, void (*)(AVFormatContext *)> owner(context, avformat_free_context);
    context->strict_std_compliance = FF_COMPLIANCE_NORMAL;
    for (const auto *stream : streams) describe_copy(new_stream(*context), *stream, format);
    check(avio_open_dyn_buf(&context->pb), VS_OUTPUT, "no buffer");
    const int code = avformat_write_header(context, nullptr);
    uint8_t *bytes = nullptr;
    avio_close_dyn_buf(context->pb, &bytes);
    av_free(bytes);
    context->pb = nullptr;
    return code >= 0;
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
    const auto &from = source->demuxer().video();
    av_dict_copy(&video_->metadata, from.metadata, 0);
    drop_stale(video_->metadata);
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
    const auto &demuxer = source.demuxer();
    const auto &container = demuxer.container();
    std::vector<const AVStream *> held;
    for (unsigned i = 0; i < container.nb_streams; i++) {
        const auto &from = *container.streams[i];
        if (from.index == demuxer.video().index) {
            add_video(options, encoder, &source);
            continue;
        }
        if (!demuxer.copies(from.index) || !(kind_of(from) & options.copy)) continue;
        held.push_back(&from);
        // The clear text of FFmpeg would be about the trial, not about the file.
        if (held.size() > most_copied || from.codecpar->codec_id == AV_CODEC_ID_NONE || !can_hold(*context_->oformat, held)) {
            held.pop_back();
            const auto *kind = av_get_media_type_string(from.codecpar->codec_type);
            notes_.push_back(std::string(kind ? kind : "data") + " stream " + std::to_string(i) + " (" +
                             avcodec_get_name(from.codecpar->codec_id) + ") is left out: " + context_->oformat->name +
                             " cannot hold it.");
            continue;
        }
        add_copy(from, source);
    }
    clear_log();
    others_ = demuxer.others();
    movie_timescale_ = movie_timescale(source);
#if LIBAVFORMAT_VERSION_MAJOR < 59
    // Matroska has no negative times. FFmpeg before 5 moves all streams only from the first negative packet on, when the
    // first frames may be written.
    if (is_matroska(*context_->oformat)) context_->output_ts_offset = priming_us(source);
#endif
    copy_chapters(source);
    av_dict_copy(&context_->metadata, container.metadata, 0);
    drop_stale(context_->metadata);
}

void Muxer::add_copy(const AVStream &from, const Source &source) {
    auto &stream = new_stream(*context_);
    describe_copy(stream, from, *context_->oformat);
    if (is_cover(from)) {
        if (stream.codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) return;
        Packet picture(av_packet_clone(&from.attached_pic));
        if (!picture) throw std::bad_alloc();
        covers_[&stream] = std::move(picture);
        return;
    }
    copied_[from.index] = {&stream, from.time_base, AV_NOPTS_VALUE, 0};
    if (!is_matroska(*context_->oformat) || from.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) return;
#if LIBAVFORMAT_VERSION_MAJOR < 60
    // It states Opus' delay without moving the packets by it, so that each copy would drift by 6.5 ms.
    if (from.codecpar->codec_id == AV_CODEC_ID_OPUS) copied_[from.index].delay = from.codecpar->initial_padding;
#endif
    // Matroska has no negative times. Sound that primes the decoder is stated as a delay; FFmpeg before 6 writes that for
    // Opus only, and moves every stream by the priming (about 20 ms) otherwise.
    const auto *first = source.demuxer().others()->first_of(from.index);
    if (first && first->pts != AV_NOPTS_VALUE && first->pts < 0 && stream.codecpar->initial_padding == 0 && from.codecpar->sample_rate > 0)
        stream.codecpar->initial_padding =
            static_cast<int>(av_rescale_q(-first->pts, from.time_base, AVRational{1, from.codecpar->sample_rate}));
}

#if LIBAVFORMAT_VERSION_MAJOR < 59
int64_t Muxer::priming_us(const Source &source) const {
    int64_t earliest = 0;
    for (const auto &[index, copied] : copied_) {
        const auto *first = source.demuxer().others()->first_of(index);
        if (!first || first->pts == AV_NOPTS_VALUE) continue;
        const int64_t delay = av_rescale_q(copied.delay, AVRational{1, 48000}, AV_TIME_BASE_Q);
        earliest = std::min(earliest, av_rescale_q(first->pts, copied.time_base, AV_TIME_BASE_Q) + delay);
    }
    return -earliest;
}
#endif

// A stream that begins late begins after a gap counted in the movie's ticks; usual milliseconds would shift it.
int64_t Muxer::movie_timescale(const Source &source) const {
    constexpr int64_t largest = 100'000'000;
    int64_t scale = video_time_base_.den;
    bool late = source.first_pts() != 0;
    for (const auto &[index, copied] : copied_) {
        const auto *first = source.demuxer().others()->first_of(index);
        if (copied.stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO || !first || first->pts <= 0) continue;
        late = true;
        const int64_t common = scale / av_gcd(scale, copied.time_base.den) * copied.time_base.den;
        if (common <= largest) scale = common;
    }
    return late ? scale : 0;
}

void Muxer::copy_chapters(const Source &source) {
    const auto &container = source.demuxer().container();
    const auto time_base = source.demuxer().video().time_base;
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
