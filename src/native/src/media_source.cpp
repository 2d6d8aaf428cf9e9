#include "media_source.hpp"
#include "media_versions.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/time.h>
}

namespace vs::media {

namespace {

constexpr int most_errors_in_a_row = 64;
constexpr int longest_gap_seconds = 600; // that is filled with repeated frames
constexpr int64_t most_behind_us = 1'000'000;   // of a live stream, before pictures are skipped
constexpr int64_t forgotten_part_of_lag = 1000; // 1 ms a second

// libvpx reads the alpha that FFmpeg's own VP8 and VP9 decoders leave out.
const AVCodec *decoder_for(const AVStream &stream) {
    const auto id = stream.codecpar->codec_id;
    const auto *mode = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
    if (mode && strcmp(mode->value, "1") == 0 && (id == AV_CODEC_ID_VP8 || id == AV_CODEC_ID_VP9))
        if (const auto *codec = avcodec_find_decoder_by_name(id == AV_CODEC_ID_VP8 ? "libvpx" : "libvpx-vp9")) return codec;
    return avcodec_find_decoder(id);
}

} // namespace

Source::Source(const std::string &name, const Content &content, const vs_media_source_options &options)
    : name_(shown(name)), options_(options), decoded_(new_frame()), filtered_(new_frame()) {
    const bool skips = options.from_us > 0 && content.descriptor < 0; // a pipe is opened once
    if (!(skips && open_at(name, content, Skip::by_index)) && !(skips && open_at(name, content, Skip::by_packet)))
        open_at(name, content, Skip::none);
    if (!pending_ && (options.from_us <= 0 || last_pts_ == AV_NOPTS_VALUE))
        throw failure(VS_INPUT, name_ + ": holds no frame that can be decoded" + (damage_.empty() ? "." : ": " + damage_ + "."));
    if (!pending_) throw failure(VS_INPUT, name_ + ": ends before the first wanted frame.");
    set_origin();
    first_pts_ = decoded_->pts - origin_;
    demuxer_->prefetch();
    describe();
}

// Opens the container and decodes up to the first wanted frame. False where a skip is not possible or went astray: behind
// the wanted frame, or to the end of an index that does not know all of the file.
bool Source::open_at(const std::string &name, const Content &content, Skip skip) {
    demuxer_ = std::make_unique<Demuxer>(name, content, options_);
    const auto &video = demuxer_->video();
    if (!demuxer_->can_skip() || video.start_time == AV_NOPTS_VALUE) skip = Skip::none;
    if (skip == Skip::by_index && !demuxer_->has_index()) skip = Skip::by_packet;
    open_decoder();
    const int64_t start = video.start_time == AV_NOPTS_VALUE ? 0 : video.start_time;
    const int64_t margin = av_rescale_q(1, AVRational{1, 1}, video.time_base);
    const int64_t target = start + av_rescale_q(options_.from_us, AV_TIME_BASE_Q, video.time_base);
    std::vector<Packet> primers;
    if (skip == Skip::by_index && !demuxer_->seek(target - margin, primers)) return false;
    if (skip == Skip::by_packet && !demuxer_->scan(target - margin, primers)) return false;
    prime(primers);
    if (!decode()) return skip == Skip::none;
    if (skip != Skip::none && decoded_->pts > target) return false;
    pending_ = find_first();
    return pending_ || skip != Skip::by_index;
}

// Lets the decoder read what only the first packets say, and forget their pictures.
void Source::prime(const std::vector<Packet> &primers) {
    for (const auto &packet : primers) {
        avcodec_send_packet(decoder_.get(), packet.get());
        avcodec_send_packet(decoder_.get(), nullptr);
        while (avcodec_receive_frame(decoder_.get(), decoded_.get()) >= 0) av_frame_unref(decoded_.get());
        avcodec_flush_buffers(decoder_.get());
    }
}

void Source::open_decoder() {
    const auto &video = demuxer_->video();
    const auto *codec = decoder_for(video);
    if (!codec)
        throw failure(VS_INPUT, name_ + ": this FFmpeg has no decoder for " + avcodec_get_name(video.codecpar->codec_id) + ".");
    decoder_.reset(avcodec_alloc_context3(codec));
    if (!decoder_) throw std::bad_alloc();
    check(avcodec_parameters_to_context(decoder_.get(), video.codecpar), VS_INPUT, name_ + ": cannot be decoded");
    decoder_->pkt_timebase = video.time_base;
    decoder_->max_pixels = options_.max_pixels > 0 ? std::min(options_.max_pixels, max_pixels) : max_pixels;
    decoder_->thread_count = std::clamp(options_.threads, 0, 64);
    if (options_.times_only) decoder_->skip_loop_filter = AVDISCARD_ALL;
    // Each thread of frame threading holds a frame back.
    if (options_.live) decoder_->thread_type = FF_THREAD_SLICE, decoder_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    check(avcodec_open2(decoder_.get(), codec, nullptr), VS_INPUT, name_ + ": cannot be decoded");
    draining_ = ended_ = false;
    last_pts_ = AV_NOPTS_VALUE;
}

// Where decoding is slower than the stream comes, the stream waits in the network and every frame is later than the one before.
// Pictures between keyframes are then not decoded until the rest has caught up. Clocks differ, so that the least lag is forgotten slowly.
void Source::keep_up(const AVPacket *packet) {
    const int64_t time = packet ? (packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts) : AV_NOPTS_VALUE, now = av_gettime_relative();
    if (time == AV_NOPTS_VALUE) return;
    const int64_t lag = now - av_rescale_q(time, demuxer_->video().time_base, AV_TIME_BASE_Q);
    if (least_lag_us_ != INT64_MAX) least_lag_us_ += (now - looked_us_) / forgotten_part_of_lag;
    least_lag_us_ = std::min(least_lag_us_, lag), looked_us_ = now;
    const int64_t behind = lag - least_lag_us_;
    if (behind > most_behind_us) decoder_->skip_frame = AVDISCARD_NONKEY;
    else if (behind < most_behind_us / 4) decoder_->skip_frame = AVDISCARD_DEFAULT;
}

bool Source::feed() {
    if (draining_) return false;
    auto [packet, follows_jump] = demuxer_->next_video();
    if (options_.live && demuxer_->input().is_stream()) keep_up(packet.get());
    if (follows_jump) resume_ = std::move(packet); // a null packet in its place drains the decoder
    draining_ = !packet;
    const int code = avcodec_send_packet(decoder_.get(), packet.get());
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (code < 0 && code != AVERROR_EOF) damaged_++, damage_ = reason(code);
    return true;
}

// Behind a jump of the clock, no frame refers to one before.
void Source::send_resumed() {
    avcodec_flush_buffers(decoder_.get());
    draining_ = false;
    const int code = avcodec_send_packet(decoder_.get(), std::exchange(resume_, nullptr).get());
    if (code < 0) damaged_++, damage_ = reason(code);
}

// Fills decoded_ with the next decoded frame and its time.
bool Source::decode() {
    int errors = 0;
    while (!ended_) {
        av_frame_unref(decoded_.get());
        const int code = avcodec_receive_frame(decoder_.get(), decoded_.get());
        if (code == 0) {
            if (decoded_->decode_error_flags || (decoded_->flags & AV_FRAME_FLAG_CORRUPT)) damaged_++;
            give_time();
            return true;
        }
        if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
        const bool hungry = code == AVERROR(EAGAIN);
        if (code == AVERROR_EOF && resume_) {
            send_resumed();
            continue;
        }
        if (!hungry && code != AVERROR_EOF) damaged_++, errors++, damage_ = reason(code);
        if (code == AVERROR_EOF || ((hungry || errors > most_errors_in_a_row) && !feed())) ended_ = true;
    }
    return false;
}

// Presentation times grow strictly, whatever a damaged file claims: encoders and warping rely on it.
void Source::give_time() {
    const auto &video = demuxer_->video();
    int64_t duration = std::max<int64_t>(duration_of(*decoded_), 0), pts = decoded_->best_effort_timestamp;
    if (duration == 0 && is_known(video.avg_frame_rate))
        duration = av_rescale_q(1, av_inv_q(video.avg_frame_rate), video.time_base);
    if (pts == AV_NOPTS_VALUE)
        pts = last_pts_ != AV_NOPTS_VALUE                ? last_pts_ + std::max<int64_t>(last_duration_, 1)
              : video.start_time != AV_NOPTS_VALUE ? video.start_time
                                                         : 0;
    if (last_pts_ != AV_NOPTS_VALUE && pts <= last_pts_) pts = last_pts_ + 1;
    decoded_->pts = last_pts_ = pts;
    last_duration_ = duration;
}

// Drops what lies before the first wanted frame; decoded_ is the first wanted one, already decoded once.
bool Source::find_first() {
    const auto &video = demuxer_->video();
    const int64_t start = video.start_time == AV_NOPTS_VALUE ? decoded_->pts : video.start_time;
    const auto at = [&](int64_t us) { return start + av_rescale_q(us, AV_TIME_BASE_Q, video.time_base); };
    if (options_.to_us >= 0) end_ = at(options_.to_us);
    if (options_.from_us > 0)
        while (decoded_->pts < at(options_.from_us)) {
            if (options_.deinterlace && is_interlaced(*decoded_)) before_.reset(av_frame_clone(decoded_.get()));
            if (!decode()) return false;
        }
    return end_ == AV_NOPTS_VALUE || decoded_->pts < end_;
}

// A cut begins at 0 and keeps the distance between audio and video. So does a transport stream, whose clock starts
// anywhere, and a frame before 0, which MP4 and Matroska cannot hold. All else keeps the times that it states.
void Source::set_origin() {
    const auto &container = demuxer_->container();
    const auto time_base = demuxer_->video().time_base;
    const bool is_cut = options_.from_us > 0;
    if (is_cut) origin_ = decoded_->pts;
    else if ((container.iformat->flags & AVFMT_TS_DISCONT) && container.start_time != AV_NOPTS_VALUE)
        origin_ = av_rescale_q_rnd(container.start_time, AV_TIME_BASE_Q, time_base, AV_ROUND_DOWN);
    origin_ = std::min(origin_, decoded_->pts);
    if (!is_cut && origin_ < 0 && decoded_->pts >= 0) origin_ = 0;
    if (is_cut || origin_ != 0 || end_ != AV_NOPTS_VALUE)
        demuxer_->cut(origin_, is_cut ? decoded_->pts : AV_NOPTS_VALUE, end_);
}

// What a frame needs before it can be stylized: one moment in time, and no more than the range that networks read.
std::string Source::filters_for(const AVFrame &frame) {
    if (options_.deinterlace && is_interlaced(frame)) interlaced_ = true; // and stays so: programmes mix both
    hdr_ = is_hdr(frame);
    std::string filters;
    const auto add = [&](const std::string &filter) { filters += (filters.empty() ? "" : ",") + filter; };
    if (interlaced_) add("bwdif=mode=send_frame:deint=interlaced");
    if (hdr_) {
        if (!FilterGraph::has("zscale") || !FilterGraph::has("tonemap"))
            throw failure(VS_UNAVAILABLE, name_ + ": is HDR, and this FFmpeg lacks the filters zscale and tonemap to bring it to SDR.");
        add("zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=tonemap=hable:desat=0,"
            "zscale=transfer=bt709:range=full,format=" + std::string(options_.keep_depth ? "gbrp16le" : "gbrp"));
    }
    if (is_known({options_.rate.num, options_.rate.den}))
        add("fps=fps=" + std::to_string(options_.rate.num) + "/" + std::to_string(options_.rate.den) + ":round=near");
    return filters;
}

// Hands a decoded frame to the filters, which are made anew when the frames change.
void Source::filter(AVFrame &frame) {
    const auto time_base = demuxer_->video().time_base;
    if (!graph_) graph_ = std::make_unique<FilterGraph>(frame, time_base, demuxer_->video().avg_frame_rate, filters_);
    else if (options_.rate.num > 0 && av_compare_ts(frame.pts - filtered_pts_, time_base, longest_gap_seconds, {1, 1}) > 0)
        throw failure(VS_INPUT, name_ + ": holds a gap of over 10 minutes, too long to be filled with repeated frames.");
    filtered_pts_ = frame.pts;
    durations_[frame.pts] = last_duration_;
    if (durations_.size() > 64) durations_.erase(durations_.begin());
    graph_->push(frame);
}

void Source::take_filtered() {
    const auto time_base = demuxer_->video().time_base;
    const auto entry = durations_.find(av_rescale_q(filtered_->pts, graph_->time_base(), time_base));
    filtered_duration_ = options_.rate.num > 0 ? 1 : entry != durations_.end() ? entry->second : 0;
    filtered_->pts = av_rescale_q(filtered_->pts, graph_->time_base(), {info_.time_base.num, info_.time_base.den});
}

// Fills decoded_ with the next decoded frame of the wanted part.
bool Source::decode_wanted() {
    if (std::exchange(pending_, false)) return true;
    if (demuxer_->input().is_picture() || ended_ || !decode()) return false;
    if (end_ == AV_NOPTS_VALUE || decoded_->pts < end_) return true;
    ended_ = true;
    demuxer_->read_tail();
    return false;
}

// Fills filtered_ with the next frame to be stylized.
bool Source::next() {
    for (;;) {
        if (graph_ && graph_->pull(*filtered_)) {
            take_filtered();
            if (filtered_->pts < 0 && options_.from_us > 0) continue; // of the frame before the cut
            return true;
        }
        if (graph_ && graph_->finished()) graph_.reset();
        if (!decode_wanted()) {
            if (!graph_) return false;
            const int64_t end = last_pts_ + last_duration_;
            graph_->finish((end_ == AV_NOPTS_VALUE ? end : std::min(end, end_)) - origin_);
            continue;
        }
        const auto filters = filters_for(*decoded_);
        if (graph_ && (filters != filters_ || !graph_->accepts(*decoded_))) {
            // The old filters give what they still hold; then this frame comes again.
            graph_->finish(decoded_->pts - origin_);
            pending_ = true;
            continue;
        }
        filters_ = filters;
        decoded_->pts -= origin_;
        if (filters_.empty()) {
            std::swap(decoded_, filtered_);
            filtered_duration_ = last_duration_;
            return true;
        }
        if (hdr_ && decoded_->colorspace == AVCOL_SPC_UNSPECIFIED) decoded_->colorspace = AVCOL_SPC_BT2020_NCL;
        if (hdr_ && decoded_->color_primaries == AVCOL_PRI_UNSPECIFIED) decoded_->color_primaries = AVCOL_PRI_BT2020;
        // A deinterlaced frame is made of its neighbours.
        if (auto before = std::exchange(before_, nullptr); before && interlaced_) {
            before->pts -= origin_;
            filter(*before);
        }
        filter(*decoded_);
    }
}

bool Source::read(uint8_t *rgb, uint8_t *alpha, uint16_t *rgb16, int64_t &pts, int64_t &duration) {
    return naming(name_, [&] {
        bool more = next();
        // Filters that were made anew may repeat a moment.
        while (more && last_read_pts_ != AV_NOPTS_VALUE && filtered_->pts <= last_read_pts_) more = next();
        if (!logged().empty()) complaint_ = logged();
        if (!more) return false;
        if (!options_.times_only) converter_.convert(*filtered_, info_.width, info_.height, orientation_, rgb, alpha, info_.bit_depth > 8 ? rgb16 : nullptr);
        if (options_.keep_streams && !options_.live) side_data_->collect(*filtered_, filtered_->pts);
        pts = last_read_pts_ = filtered_->pts;
        duration = filtered_duration_;
        return true;
    });
}

std::vector<std::string> Source::notes() const {
    std::vector<std::string> notes;
    if (interlaced_) notes.push_back(name_ + ": is interlaced and was deinterlaced.");
    if (hdr_) notes.push_back(name_ + ": is HDR and was tone-mapped to BT.709.");
    if (damaged_ > 0)
        notes.push_back(name_ + ": " + std::to_string(damaged_) + " damaged packets or pictures" +
                        (damage_.empty() ? "." : ", the last: " + damage_ + "."));
    else if (!complaint_.empty())
        notes.push_back(name_ + ": may be damaged: " + complaint_ + ".");
    for (const auto &name : side_data_->left_out()) notes.push_back(name_ + ": has " + name + ", left out of the output.");
    if (const auto jumps = demuxer_->timeline().jumps(); jumps > 0)
        notes.push_back(name_ + ": its clock jumps, as in joined recordings (" + std::to_string(jumps) +
                        (jumps == 1 ? " time" : " times") + "); the parts follow each other without a gap.");
    if (const auto outliers = demuxer_->timeline().outliers(); outliers > 0)
        notes.push_back(name_ + ": " + std::to_string(outliers) + (outliers == 1 ? " packet states a" : " packets state a") +
                        " wrong time; it was put where it was due.");
    if (demuxer_->input().was_kept()) notes.push_back(name_ + ": its index lies at its end, so it was read whole before the first frame.");
    if (!demuxer_->damage().empty()) notes.push_back(name_ + ": ends early: " + demuxer_->damage() + ".");
    return notes;
}

} // namespace vs::media
