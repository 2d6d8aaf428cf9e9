#include "media_demux.hpp"
#include "media_versions.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/time.h>
}

namespace vs::media {

namespace {

// Streams of one file lie close together; only a badly interleaved or hostile one comes near.
constexpr int64_t most_queued_bytes = int64_t{1} << 29;
constexpr int most_prefetched = 2000;
constexpr int preroll_ms = 250; // Opus converges in 80 ms; packets of PCM and FLAC are up to 200 ms long
constexpr unsigned most_streams = 1000;
constexpr size_t most_looked_ahead = 1000;
constexpr size_t most_primers = 16;
constexpr int64_t most_skipped_bytes = int64_t{1} << 28; // of one group of pictures
constexpr int most_skipped_packets = 1000;
constexpr int64_t live_bytes = int64_t{1} << 22;          // kept of the other streams for outputs to come
constexpr int64_t listener_bytes = int64_t{1} << 25;      // for an output that takes nothing
constexpr unsigned device_pause_us = 2000; // between two looks at a device
constexpr int64_t live_analysis_us = 1'500'000;
constexpr int64_t longest_analysis_us = 10'000'000; // of a stream that comes at its own speed

// Containers with an index of keyframes. A seek by timestamps alone goes astray where a clock jumps, and lands between
// keyframes; there the packets before the wanted part are read and dropped instead.
constexpr const char *indexed = "mov,matroska,avi,mxf,nut";
// Their frames are painted over the ones before, marked as keyframes or not.
constexpr const char *never_skipped = "gif,apng,webp_anim,jpegxl_anim";

int64_t time_of(const AVPacket &packet) { return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts; }

bool is_one_of(const AVFormatContext &context, const char *names) { return av_match_list(context.iformat->name, names, ',') > 0; }

} // namespace

void PacketQueue::push(Packet packet) {
    std::lock_guard lock(mutex_);
    bytes_ += packet->size;
    while (limit_ > 0 && bytes_ > limit_ && !packets_.empty()) {
        bytes_ -= packets_.front()->size;
        packets_.pop_front();
    }
    if (limit_ == 0 && bytes_ > most_queued_bytes)
        throw failure(VS_INPUT, "the streams are interleaved too far apart to be copied: over 512 MB lie between them.");
    packets_.push_back(std::move(packet));
}

Packet PacketQueue::pop_if(const std::function<bool(const AVPacket &)> &due) {
    std::lock_guard lock(mutex_);
    if (packets_.empty() || !due(*packets_.front())) return nullptr;
    auto packet = std::move(packets_.front());
    packets_.pop_front();
    bytes_ -= packet->size;
    return packet;
}

const AVPacket *PacketQueue::first_of(int stream, int64_t from) const {
    std::lock_guard lock(mutex_);
    for (const auto &packet : packets_)
        if (packet->stream_index == stream && (packet->pts == AV_NOPTS_VALUE || packet->pts >= from)) return packet.get();
    return nullptr;
}

void PacketQueue::remove_if(const std::function<bool(const AVPacket &)> &unwanted) {
    std::lock_guard lock(mutex_);
    packets_.erase(std::remove_if(packets_.begin(), packets_.end(), [&](const Packet &p) { return unwanted(*p); }),
                   packets_.end());
    bytes_ = 0;
    for (const auto &packet : packets_) bytes_ += packet->size;
}

std::vector<Packet> PacketQueue::copies() const {
    std::lock_guard lock(mutex_);
    std::vector<Packet> copies;
    for (const auto &packet : packets_) {
        copies.emplace_back(av_packet_clone(packet.get()));
        if (!copies.back()) throw std::bad_alloc();
    }
    return copies;
}

Demuxer::Demuxer(std::string name, const Content &content, const vs_media_source_options &wanted)
    : name_(shown(name)), input_(name, content, wanted),
      max_pixels_(wanted.max_pixels > 0 ? std::min(wanted.max_pixels, max_pixels) : max_pixels), keep_streams_(wanted.keep_streams != 0),
      is_live_(wanted.live != 0) {
    const auto failed = name_ + ": cannot be read as a video";
    context_ = input_.open();
    try {
        find_streams(failed);
        choose_video(wanted.video_stream);
        if (is_live_) take_snapshot();
    } catch (...) {
        close();
        throw;
    }
}

Demuxer::~Demuxer() { close(); }

void Demuxer::close() {
    avformat_free_context(snapshot_);
    avformat_close_input(&context_);
}

void Demuxer::take_snapshot() {
    others_->forget_beyond(live_bytes);
    snapshot_ = avformat_alloc_context();
    if (!snapshot_) throw std::bad_alloc();
    for (unsigned i = 0; i < context_->nb_streams; i++) {
        const auto &from = *context_->streams[i];
        auto *stream = avformat_new_stream(snapshot_, nullptr);
        if (!stream) throw std::bad_alloc();
        check(copy_parameters(*stream, from), VS_INPUT, name_ + ": a stream cannot be described");
        stream->id = from.id, stream->time_base = from.time_base, stream->disposition = from.disposition & ~AV_DISPOSITION_ATTACHED_PIC;
        stream->avg_frame_rate = from.avg_frame_rate, stream->r_frame_rate = from.r_frame_rate, stream->start_time = from.start_time;
        stream->sample_aspect_ratio = from.sample_aspect_ratio, stream->discard = from.discard;
        av_dict_copy(&stream->metadata, from.metadata, 0);
    }
    av_dict_copy(&snapshot_->metadata, context_->metadata, 0);
}

std::shared_ptr<PacketQueue> Demuxer::listen(int64_t shift_us) {
    auto queue = std::make_shared<PacketQueue>();
    queue->forget_beyond(listener_bytes);
    std::lock_guard lock(listening_);
    for (auto &packet : others_->copies()) {
        shift(*packet, shift_us);
        queue->push(std::move(packet));
    }
    listeners_.push_back({queue, shift_us});
    return queue;
}

void Demuxer::shift(AVPacket &packet, int64_t shift_us) const {
    const int64_t by = av_rescale_q(shift_us, AV_TIME_BASE_Q, opened().streams[packet.stream_index]->time_base);
    if (packet.pts != AV_NOPTS_VALUE) packet.pts += by;
    if (packet.dts != AV_NOPTS_VALUE) packet.dts += by;
}

void Demuxer::hand_out(Packet packet) {
    std::lock_guard lock(listening_);
    listeners_.erase(std::remove_if(listeners_.begin(), listeners_.end(), [](const auto &l) { return l.queue.expired(); }), listeners_.end());
    for (const auto &listener : listeners_) {
        const auto queue = listener.queue.lock();
        Packet copy(av_packet_clone(packet.get()));
        if (!copy) throw std::bad_alloc();
        shift(*copy, listener.shift_us);
        if (queue) queue->push(std::move(copy));
    }
    others_->push(std::move(packet));
}

// FFmpeg decodes the first frames to learn of the streams, in the size that the file claims.
void Demuxer::find_streams(const std::string &failed) {
    // What is read meanwhile is kept: it begins with the only keyframe for a while.
    if (is_live_) context_->max_analyze_duration = live_analysis_us;
    input_.patience().begin(longest_analysis_us);
    if (context_->nb_streams > most_streams) throw failure(VS_INPUT, name_ + ": claims too many streams.");
    check_sizes();
    const auto count = context_->nb_streams; // it may grow meanwhile
    std::vector<AVDictionary *> options(count, nullptr);
    for (auto &option : options) {
        av_dict_set_int(&option, "max_pixels", max_pixels_, 0);
        av_dict_set_int(&option, "threads", 1, 0);
    }
    const int code = avformat_find_stream_info(context_, options.data());
    for (auto &option : options) av_dict_free(&option);
    if (code < 0 && input_.patience().is_over()) throw failure(VS_INPUT, name_ + ": " + input_.patience().complaint() + ".");
    check(code, VS_INPUT, failed);
    if (context_->nb_streams > most_streams) throw failure(VS_INPUT, name_ + ": claims too many streams.");
    check_sizes();
}

void Demuxer::check_sizes() const {
    for (unsigned i = 0; i < context_->nb_streams; i++) {
        const auto &parameters = *context_->streams[i]->codecpar;
        if (parameters.codec_type == AVMEDIA_TYPE_VIDEO && int64_t{parameters.width} * parameters.height > max_pixels_)
            throw failure(VS_INPUT, name_ + ": Picture size " + std::to_string(parameters.width) + "x" + std::to_string(parameters.height) +
                                        " is over the limit of " + std::to_string(max_pixels_) + " pixels.");
    }
}

void Demuxer::choose_video(int wanted) {
    video_ = wanted;
    if (wanted >= 0 && (wanted >= static_cast<int>(context_->nb_streams) || video().codecpar->codec_type != AVMEDIA_TYPE_VIDEO))
        throw failure(VS_INPUT, name_ + ": stream " + std::to_string(wanted) + " is no video.");
    if (wanted < 0) video_ = av_find_best_stream(context_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    bool only_cover = video_ >= 0 && (video().disposition & AV_DISPOSITION_ATTACHED_PIC);
    if (video_ < 0 || only_cover)
        throw failure(VS_INPUT, name_ + (only_cover ? ": has no video stream, only a cover picture." : ": has no video stream."));
    waits_for_key_.assign(context_->nb_streams, false);
    passed_end_.assign(context_->nb_streams, false);
    timeline_.begin(context_, video_);
    for (unsigned i = 0; i < context_->nb_streams; i++) {
        auto &stream = *context_->streams[i];
        const bool is_sound = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (static_cast<int>(i) != video_ && !copies(static_cast<int>(i)) && !(is_sound && timeline_.needs_sound()))
            stream.discard = AVDISCARD_ALL;
    }
}

bool Demuxer::copies(int index) const {
    // The demuxer itself discards the track that holds the chapters' names: they are copied as chapters.
    return keep_streams_ && index != video_ && index < static_cast<int>(passed_end_.size()) &&
           context_->streams[index]->discard != AVDISCARD_ALL;
}

bool Demuxer::read_as_stored(AVPacket *packet) {
    if (ended_) return false;
    int code;
    input_.patience().begin();
    while ((code = av_read_frame(context_, packet)) == AVERROR(EAGAIN) && !input_.patience().is_over()) av_usleep(device_pause_us);
    if (code < 0) {
        ended_ = true;
        if (input_.patience().is_over()) damage_ = input_.patience().complaint();
        else if (code != AVERROR_EOF) damage_ = reason(code);
        else if (context_->pb && context_->pb->error < 0 && context_->pb->error != AVERROR_EOF)
            damage_ = reason(context_->pb->error);
        return false;
    }
    return true;
}

const AVPacket *Demuxer::look_ahead(size_t index) {
    while (stored_.size() <= index) {
        auto packet = new_packet();
        if (index >= most_looked_ahead || !read_as_stored(packet.get())) return nullptr;
        stored_.push_back(std::move(packet));
    }
    return stored_[index].get();
}

bool Demuxer::read(AVPacket *packet) {
    if (!stored_.empty()) {
        av_packet_move_ref(packet, stored_.front().get());
        stored_.pop_front();
    } else if (!read_as_stored(packet)) {
        return false;
    }
    jumped_ = timeline_.move(*packet, [this](size_t index) { return look_ahead(index); });
    return true;
}

Demuxer::Video Demuxer::next_video() {
    if (!ahead_.empty()) {
        auto video = std::move(ahead_.front());
        ahead_.pop_front();
        return video;
    }
    for (auto packet = new_packet(); read(packet.get());) {
        if (packet->stream_index == video_) return {std::move(packet), jumped_};
        keep(std::move(packet));
        packet = new_packet();
    }
    return {};
}

void Demuxer::prefetch() {
    if (is_live_) return; // a stream that is announced may never come
    std::vector<bool> seen(context_->nb_streams, false);
    const auto missing = [&] {
        for (unsigned i = 0; i < context_->nb_streams; i++)
            if (copies(static_cast<int>(i)) && context_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && !seen[i] &&
                !others_->first_of(static_cast<int>(i), begin_ == AV_NOPTS_VALUE ? INT64_MIN : 0))
                return true;
        return false;
    };
    for (int count = 0; count < most_prefetched && missing(); count++) {
        auto packet = new_packet();
        if (!read(packet.get())) return;
        if (packet->stream_index == video_) ahead_.push_back({std::move(packet), jumped_});
        else {
            // What lies before a part is no beginning of it.
            if (begin_ == AV_NOPTS_VALUE ||
                av_compare_ts(time_of(*packet), context_->streams[packet->stream_index]->time_base, begin_, video().time_base) >= 0)
                seen[static_cast<size_t>(packet->stream_index)] = true;
            keep(std::move(packet));
        }
    }
}

void Demuxer::keep(Packet packet) {
    const int index = packet->stream_index;
    // A cover is written from its stream; streams that appear late were not announced to the sink.
    if (!copies(index) || (context_->streams[index]->disposition & AV_DISPOSITION_ATTACHED_PIC) ||
        is_outside(*packet))
        return;
    const int64_t shift = av_rescale_q(origin_, video().time_base, context_->streams[index]->time_base);
    if (packet->pts != AV_NOPTS_VALUE) packet->pts -= shift;
    if (packet->dts != AV_NOPTS_VALUE) packet->dts -= shift;
    if (is_live_) hand_out(std::move(packet));
    else others_->push(std::move(packet));
}

bool Demuxer::is_outside(const AVPacket &packet) {
    const auto &stream = *context_->streams[packet.stream_index];
    const auto index = static_cast<size_t>(packet.stream_index);
    const int64_t time = time_of(packet);
    if (time == AV_NOPTS_VALUE) return begin_ != AV_NOPTS_VALUE;
    if (begin_ != AV_NOPTS_VALUE) {
        const bool sound = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        const int64_t begin = begin_ - (sound ? av_rescale_q(preroll_ms, AVRational{1, 1000}, video().time_base) : 0);
        if (av_compare_ts(time, stream.time_base, begin, video().time_base) < 0) return true;
        if (waits_for_key_[index] && !(packet.flags & AV_PKT_FLAG_KEY)) return true;
        waits_for_key_[index] = false;
    }
    if (end_ != AV_NOPTS_VALUE && av_compare_ts(time, stream.time_base, end_, video().time_base) >= 0) {
        passed_end_[index] = true;
        return true;
    }
    return false;
}

bool Demuxer::can_skip() const { return input_.size() >= 0 && !is_one_of(*context_, never_skipped); }

bool Demuxer::has_index() const { return is_one_of(*context_, indexed); }

// Encoders say once, in the first packet, what decoders must know of them: x264 its version, without which FFmpeg reads the
// 4:4:4 pictures of older ones wrong, others their bugs.
bool Demuxer::seek(int64_t pts, std::vector<Packet> &primers) {
    if (auto first = next_video().packet) primers.push_back(std::move(first));
    if (avformat_seek_file(context_, video_, INT64_MIN, pts, pts, 0) < 0) return false;
    others_->remove_if([](const AVPacket &) { return true; });
    ahead_.clear();
    stored_.clear();
    timeline_.reset();
    ended_ = false;
    for (int count = 0; count < most_skipped_packets; count++) {
        auto video = next_video();
        if (!video.packet) return false;
        if (!(video.packet->flags & AV_PKT_FLAG_KEY)) continue;
        ahead_.push_front(std::move(video));
        return true;
    }
    return false;
}

bool Demuxer::scan(int64_t pts, std::vector<Packet> &primers) {
    begin_ = pts; // what is copied, too, is wanted from there
    std::deque<Video> group;
    int64_t bytes = 0;
    for (;;) {
        auto video = next_video();
        if (!video.packet) break;
        const auto &packet = *video.packet;
        const bool renews = video.follows_jump || av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, nullptr);
        if (video.follows_jump) primers.clear();
        if ((primers.empty() || renews) && primers.size() < most_primers) {
            primers.emplace_back(av_packet_clone(&packet));
            if (!primers.back()) throw std::bad_alloc();
        }
        const int64_t shown = time_of(packet), decoded = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
        const bool is_behind = decoded != AV_NOPTS_VALUE && decoded > pts;
        if ((packet.flags & AV_PKT_FLAG_KEY) && shown != AV_NOPTS_VALUE && shown <= pts) group.clear(), bytes = 0;
        bytes += packet.size;
        group.push_back(std::move(video));
        if (bytes > most_skipped_bytes) return false;
        if (is_behind) break;
    }
    ahead_.insert(ahead_.begin(), std::make_move_iterator(group.begin()), std::make_move_iterator(group.end()));
    return !ahead_.empty();
}

void Demuxer::cut(int64_t origin, int64_t begin, int64_t end) {
    origin_ = origin, begin_ = begin, end_ = end;
    for (unsigned i = 0; i < context_->nb_streams && i < waits_for_key_.size(); i++)
        waits_for_key_[i] = context_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO;
    std::vector<Packet> queued;
    while (auto packet = others_->pop_if([](const AVPacket &) { return true; })) queued.push_back(std::move(packet));
    for (auto &packet : queued) keep(std::move(packet));
}

void Demuxer::read_tail() {
    const auto waiting = [&] {
        for (size_t i = 0; i < passed_end_.size(); i++)
            if (copies(static_cast<int>(i)) && context_->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO && !passed_end_[i])
                return true;
        return false;
    };
    // A stream that ends early would otherwise make us read the whole rest of the file.
    const int64_t give_up = end_ + av_rescale_q(10, AVRational{1, 1}, video().time_base);
    for (auto packet = new_packet(); waiting() && read(packet.get()); packet = new_packet()) {
        if (packet->stream_index != video_) keep(std::move(packet));
        else if (packet->dts != AV_NOPTS_VALUE && packet->dts > give_up) return;
    }
}

} // namespace vs::media
