#include "media_demux.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>

namespace vs::media {

namespace {

// Streams of one file lie close together; only a badly interleaved or hostile one comes near.
constexpr int64_t most_queued_bytes = int64_t{1} << 29;
constexpr int most_prefetched = 2000;
constexpr int preroll_ms = 250; // Opus converges in 80 ms; packets of PCM and FLAC are up to 200 ms long
constexpr unsigned most_streams = 1000;
constexpr int memory_buffer = 1 << 16;

int64_t time_of(const AVPacket &packet) { return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts; }

void require_readable(const std::string &name) {
    struct stat status;
    if (stat(name.c_str(), &status) != 0)
        throw failure(VS_INPUT, name + ": " + (errno == ENOENT ? "there is no such file." : std::string(strerror(errno)) + "."));
    if (S_ISDIR(status.st_mode)) throw failure(VS_INPUT, name + ": is a folder, not a video.");
    if (S_ISREG(status.st_mode) && status.st_size == 0) throw failure(VS_INPUT, name + ": is empty.");
}

} // namespace

void PacketQueue::push(Packet packet) {
    std::lock_guard lock(mutex_);
    bytes_ += packet->size;
    if (bytes_ > most_queued_bytes)
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

Demuxer::Demuxer(std::string name, std::shared_ptr<const std::vector<uint8_t>> bytes, const vs_media_source_options &wanted)
    : name_(std::move(name)), bytes_(std::move(bytes)), keep_streams_(wanted.keep_streams != 0) {
    if (!bytes_ && name_ != "-") require_readable(name_);
    Dictionary options;
    // A playlist inside a "video" must not reach the network.
    options.set("protocol_whitelist", "file,pipe,crypto,data");
    // A file called "100%.png" is that file; sequences are read frame by frame.
    options.set("pattern_type", "none");
    // An animated PNG of more than 15 frames a second would be slowed down.
    options.set("max_fps", "0");
    try {
        check(open(&options.entries), VS_INPUT, name_ + ": cannot be read as a video");
        if (context_->nb_streams > most_streams) throw failure(VS_INPUT, name_ + ": claims too many streams.");
        check(avformat_find_stream_info(context_, nullptr), VS_INPUT, name_ + ": cannot be read as a video");
        choose_video(wanted.video_stream);
    } catch (...) {
        close();
        throw;
    }
}

Demuxer::~Demuxer() { close(); }

void Demuxer::close() {
    avformat_close_input(&context_);
    if (memory_) av_freep(&memory_->buffer);
    avio_context_free(&memory_);
}

int Demuxer::open(AVDictionary **options) {
    context_ = avformat_alloc_context();
    if (!context_) throw std::bad_alloc();
    if (!bytes_)
        // The prefix keeps a colon in a name from being taken for a protocol.
        return avformat_open_input(&context_, (name_ == "-" ? "pipe:0" : "file:" + name_).c_str(), nullptr, options);
    auto *buffer = static_cast<uint8_t *>(av_malloc(memory_buffer));
    memory_ = buffer ? avio_alloc_context(buffer, memory_buffer, 0, this, read_memory, nullptr, seek_memory) : nullptr;
    if (!memory_) throw std::bad_alloc();
    context_->pb = memory_;
    return avformat_open_input(&context_, nullptr, nullptr, options);
}

int Demuxer::read_memory(void *self, uint8_t *buffer, int size) {
    auto &demuxer = *static_cast<Demuxer *>(self);
    const auto count = std::min(static_cast<size_t>(size), demuxer.bytes_->size() - demuxer.position_);
    if (count == 0) return AVERROR_EOF;
    memcpy(buffer, demuxer.bytes_->data() + demuxer.position_, count);
    demuxer.position_ += count;
    return static_cast<int>(count);
}

int64_t Demuxer::seek_memory(void *self, int64_t offset, int whence) {
    auto &demuxer = *static_cast<Demuxer *>(self);
    const auto size = static_cast<int64_t>(demuxer.bytes_->size());
    if (whence & AVSEEK_SIZE) return size;
    whence &= ~AVSEEK_FORCE;
    const int64_t base = whence == SEEK_CUR ? static_cast<int64_t>(demuxer.position_) : whence == SEEK_END ? size : 0;
    if (offset < -base || offset > size - base) return AVERROR(EINVAL);
    return static_cast<int64_t>(demuxer.position_ = static_cast<size_t>(base + offset));
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
    for (unsigned i = 0; i < context_->nb_streams; i++)
        if (static_cast<int>(i) != video_ && !copies(static_cast<int>(i))) context_->streams[i]->discard = AVDISCARD_ALL;
}

bool Demuxer::copies(int index) const {
    // The demuxer itself discards the track that holds the chapters' names: they are copied as chapters.
    return keep_streams_ && index != video_ && index < static_cast<int>(passed_end_.size()) &&
           context_->streams[index]->discard != AVDISCARD_ALL;
}

bool Demuxer::can_seek() const { return context_->pb && (context_->pb->seekable & AVIO_SEEKABLE_NORMAL); }

bool Demuxer::read(AVPacket *packet) {
    if (ended_) return false;
    int code;
    do code = av_read_frame(context_, packet);
    while (code == AVERROR(EAGAIN));
    if (code < 0) {
        ended_ = true;
        if (code != AVERROR_EOF) damage_ = reason(code);
        else if (context_->pb && context_->pb->error < 0 && context_->pb->error != AVERROR_EOF)
            damage_ = reason(context_->pb->error);
        return false;
    }
    return true;
}

Packet Demuxer::next_video() {
    if (!ahead_.empty()) {
        auto packet = std::move(ahead_.front());
        ahead_.pop_front();
        return packet;
    }
    for (auto packet = new_packet(); read(packet.get());) {
        if (packet->stream_index == video_) return packet;
        keep(std::move(packet));
        packet = new_packet();
    }
    return nullptr;
}

void Demuxer::prefetch() {
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
        if (packet->stream_index == video_) ahead_.push_back(std::move(packet));
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
    others_->push(std::move(packet));
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

bool Demuxer::seek(int64_t pts) {
    if (!can_seek() || avformat_seek_file(context_, video_, INT64_MIN, pts, pts, 0) < 0) return false;
    others_->remove_if([](const AVPacket &) { return true; });
    ahead_.clear();
    return true;
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
