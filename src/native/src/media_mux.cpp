#include "media_mux.hpp"
#include "media_animation.hpp"
#include "media_device.hpp"
#include "media_versions.hpp"

#include <algorithm>
#include <cstring>

namespace vs::media {

namespace {

constexpr int64_t longest_wait_us = 10'000'000; // for sound that comes late in the file
constexpr int64_t live_wait_us = 100'000;       // of a live video for sound
constexpr int64_t live_ahead_us = 60'000;       // of the video, by which sound is written: with it, the muxer need not wait for the next frame

} // namespace

Muxer::Muxer(std::string path, std::string name, const AVOutputFormat &format, const vs_media_sink_options &options,
             const Encoder &encoder, const Source *source, int64_t shift_ns)
    : path_(std::move(path)), name_(std::move(name)), shift_ns_(shift_ns), video_time_base_(encoder.time_base()), is_live_(options.live != 0),
      patience_(options.stop, options.timeout_us) {
    const std::string url = path_ == "-" ? "pipe:1" : protocol_of(path_) || (is_live_ && is_device(path_)) ? path_ : "file:" + path_;
    check(new_output(context_, format, url.c_str()), VS_OUTPUT, name_ + ": cannot be written");
    try {
        if (source) {
            plays_ = std::max(plays_of(source->demuxer()), 0);
            add_streams(options, encoder, *source);
        } else {
            add_video(options, encoder, nullptr);
            movie_timescale_ = video_time_base_.den; // when the first frame comes is not known yet
        }
        open_file(options);
        write_covers();
    } catch (...) {
        close();
        throw;
    }
}

Muxer::~Muxer() { close(); }

void Muxer::close() {
    if (!context_) return;
    if (!(context_->oformat->flags & AVFMT_NOFILE)) avio_closep(&context_->pb);
    avformat_free_context(context_);
    context_ = nullptr;
}

void Muxer::open_file(const vs_media_sink_options &options) {
    const auto &format = *context_->oformat;
    Dictionary settings;
    // The private data of a muxer without a class begins with something else than a pointer to one.
    const auto knows = [&](const char *option) {
        return format.priv_class && av_opt_find(context_->priv_data, option, nullptr, 0, 0);
    };
    // Times stay exact: one tick of the file is a whole part of one tick of the source.
    if (knows("video_track_timescale")) settings.set("video_track_timescale", std::to_string(video_time_base_.den));
    if (movie_timescale_ > 0 && knows("movie_timescale")) settings.set("movie_timescale", std::to_string(movie_timescale_));
    if (options.fast_start && path_ != "-" && knows("movflags")) settings.set("movflags", "+faststart");
    // FFmpeg goes by the name of the file, which is a temporary one.
    if (knows("mpegts_m2ts_mode")) settings.set("mpegts_m2ts_mode", is_blu_ray(name_) ? "1" : "0");
    // GIF counts repetitions, and -1 is none.
    if (knows("plays")) settings.set("plays", std::to_string(plays_));
    else if (is_named(format, "gif")) settings.set("loop", std::to_string(plays_ == 1 ? -1 : std::max<int64_t>(plays_ - 1, 0)));
    else if (is_named(format, "webp")) settings.set("loop", std::to_string(plays_));
    // Identifiers by chance would make a resumed conversion another file. (MXF's must differ from those of every other file.)
    if (is_matroska(format) || is_named(format, "ogg,ogv")) context_->flags |= AVFMT_FLAG_BITEXACT;
    if (is_named(format, "yuv4mpegpipe")) context_->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    if (is_live_) hurry(settings);
    clear_log();
    patience_.begin();
    if (const auto *protocol = protocol_of(path_)) {
        context_->interrupt_callback = patience_.callback();
        context_->protocol_whitelist = av_strdup(protocol->protocols);
        if (!protocol->is_opened_by_format) context_->pb = open_url(path_, *protocol, /*write*/ true, options.listen, patience_, name_ + ": cannot be opened");
    } else if (!(format.flags & AVFMT_NOFILE))
        check(avio_open2(&context_->pb, context_->url, AVIO_FLAG_WRITE, nullptr, nullptr), VS_OUTPUT, name_ + ": cannot be written");
    check(avformat_write_header(context_, &settings.entries), VS_OUTPUT, name_ + ": cannot be written");
}

// Nothing waits for what may come later.
void Muxer::hurry(Dictionary &settings) {
    const auto &format = *context_->oformat;
    context_->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    context_->max_interleave_delta = live_wait_us;
    context_->max_delay = 0;
    if (is_mov(format)) settings.set("movflags", "frag_keyframe+empty_moov+default_base_moof"); // what was written can be played
    if (is_named(format, "flv")) settings.set("flvflags", "no_duration_filesize");
    if (is_named(format, "rtsp")) settings.set("rtsp_transport", "tcp");
    if (is_named(format, "hls")) settings.set("hls_time", "2"), settings.set("hls_list_size", "8"), settings.set("hls_flags", "delete_segments+temp_file");
}

void Muxer::write_covers() {
    for (auto &[stream, picture] : covers_) {
        picture->stream_index = stream->index;
        picture->pts = picture->dts = 0;
        write(picture.get());
    }
    covers_.clear();
}

void Muxer::write(AVPacket *packet) {
    packet->pos = -1;
    patience_.begin();
    check(av_interleaved_write_frame(context_, packet), VS_OUTPUT, name_ + ": cannot be written");
}

void Muxer::write_video(Packet packet) {
    const int64_t due = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (first_video_ == AV_NOPTS_VALUE) first_video_ = due;
    write_others(due);
    last_duration_ = packet->duration;
    video_end_us_ = std::max(video_end_us_, av_rescale_q(packet->pts + packet->duration, video_time_base_, AV_TIME_BASE_Q));
    // The container holds the video back until its sound has come.
    if (needs_whole_sound(*context_->oformat)) fill_sound(video_end_us_ - longest_wait_us);
    av_packet_rescale_ts(packet.get(), video_time_base_, video_->time_base);
    packet->stream_index = video_->index;
    // Each segment's encoder begins its decoding times anew, a few frames before its first frame. Where the frame rate
    // varies they can meet those of the segment before; there is room between these and the frame for one tick each.
    if (packet->dts != AV_NOPTS_VALUE) {
        if (video_dts_ != AV_NOPTS_VALUE && packet->dts <= video_dts_) packet->dts = video_dts_ + 1;
        video_dts_ = packet->dts;
    }
    write(packet.get());
    if (is_live_) write_others(due + av_rescale_q(live_ahead_us, AV_TIME_BASE_Q, video_time_base_));
}

void Muxer::write_others(int64_t due) {
    if (!others_) return;
    const auto other_of = [&](const AVPacket &packet) {
        const auto route = routes_.find(packet.stream_index);
        return route == routes_.end() ? nullptr : &streams_.at(route->second);
    };
    const auto is_due = [&](const AVPacket &packet) {
        const auto *other = other_of(packet);
        const int64_t time = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
        return due == INT64_MAX || !other || time == AV_NOPTS_VALUE || av_compare_ts(time, other->incoming, due, video_time_base_) <= 0;
    };
    while (auto packet = others_->pop_if(is_due)) {
        auto *found = other_of(*packet);
        if (!found || (is_live_ && av_compare_ts(packet->pts, found->incoming, first_video_, video_time_base_) < 0)) continue;
        auto &other = *found;
        if (av_cmp_q(other.incoming, other.time_base) != 0) av_packet_rescale_ts(packet.get(), other.incoming, other.time_base);
        if (other.transcoder) take_other(packet.get(), other);
        else if (!is_part_ || packet->pts == AV_NOPTS_VALUE || packet->pts >= 0) write_other(std::move(packet), other);
    }
}

void Muxer::take_other(const AVPacket *packet, Other &other) {
    std::vector<Packet> converted;
    other.transcoder->send(packet, converted);
    for (auto &result : converted) write_other(std::move(result), other);
}

void Muxer::fill_sound(int64_t until_us) {
    for (auto &[index, other] : streams_) {
        if (!other.transcoder) continue;
        std::vector<Packet> silence;
        other.transcoder->fill(until_us, silence);
        for (auto &packet : silence) write_other(std::move(packet), other);
    }
}

void Muxer::write_other(Packet packet, Other &other) {
    auto *stream = other.stream;
    av_packet_rescale_ts(packet.get(), other.transcoder ? other.transcoder->encoder().time_base : other.time_base, stream->time_base);
    const bool is_shifted = other.transcoder && other.type == AVMEDIA_TYPE_AUDIO;
    const int64_t shift = av_rescale_q(other.delay, AVRational{1, 48000}, stream->time_base) +
                          (is_shifted ? 0 : av_rescale_q(shift_ns_, AVRational{1, 1'000'000'000}, stream->time_base));
    if (packet->pts != AV_NOPTS_VALUE) packet->pts += shift;
    if (packet->dts != AV_NOPTS_VALUE) packet->dts += shift;
    packet->stream_index = stream->index;
    auto &last_dts = other.last_dts;
    if (packet->dts == AV_NOPTS_VALUE && !(context_->oformat->flags & AVFMT_NOTIMESTAMPS))
        packet->dts = packet->pts != AV_NOPTS_VALUE ? packet->pts : last_dts == AV_NOPTS_VALUE ? 0 : last_dts + 1;
    // Muxers refuse times that run backwards, which damaged files have.
    const bool strict = !(context_->oformat->flags & AVFMT_TS_NONSTRICT);
    if (last_dts != AV_NOPTS_VALUE && packet->dts < last_dts + strict) {
        packet->dts = last_dts + strict;
        if (packet->pts != AV_NOPTS_VALUE && packet->pts < packet->dts) packet->pts = packet->dts;
    }
    if (packet->pts == AV_NOPTS_VALUE) packet->pts = packet->dts;
    last_dts = packet->dts;
    other.packets++;
    write(packet.get());
}

// Muxers of animations write how long a frame is shown when the next one comes, and are told of the last one.
void Muxer::state_last_delay() {
    const auto &format = *context_->oformat;
    if (last_duration_ <= 0 || !format.priv_class || !av_opt_find(context_->priv_data, "final_delay", nullptr, 0, 0)) return;
    constexpr int64_t longest = UINT16_MAX;
    if (is_named(format, "gif")) {
        const int64_t delay = av_rescale_q(last_duration_, video_time_base_, {1, 100});
        av_opt_set_int(context_->priv_data, "final_delay", std::min(delay, longest), 0);
    } else {
        const int64_t delay = av_rescale_q(last_duration_, video_time_base_, {1, 1000});
        av_opt_set_q(context_->priv_data, "final_delay", {static_cast<int>(std::min(delay, longest)), 1000}, 0);
    }
}

std::pair<int, int> Muxer::count(AVMediaType type) const {
    std::pair<int, int> counts{0, 0};
    for (const auto &[index, other] : streams_)
        if (other.type == type) counts.first++, counts.second += other.packets == 0;
    return counts;
}

void Muxer::finish() {
    write_others(INT64_MAX);
    state_last_delay();
    if (needs_whole_sound(*context_->oformat)) fill_sound(video_end_us_);
    for (auto &[index, other] : streams_) {
        if (other.transcoder) {
            take_other(nullptr, other);
            if (const auto note = other.transcoder->note(); !note.empty()) add_note(other.name + " " + note);
        }
        if (other.packets == 0 && leaves_out_empty(*context_->oformat))
            add_note(other.name + " is left out: nothing of it lies in what is converted.");
    }
    check(av_write_trailer(context_), VS_OUTPUT, name_ + ": cannot be completed");
    if (context_->pb) {
        avio_flush(context_->pb);
        check(context_->pb->error, VS_OUTPUT, name_ + ": cannot be completed");
        check(avio_closep(&context_->pb), VS_OUTPUT, name_ + ": cannot be completed");
    }
    close();
}

} // namespace vs::media
