#include "media_timeline.hpp"

#include <algorithm>
#include <cstdlib>

namespace vs::media {

namespace {

constexpr int64_t longest_pause_seconds = 10; // in all streams at once; players wait no longer
constexpr int64_t longest_pause_frames = 8;   // slideshows show a picture for minutes
constexpr int64_t longest_wait_seconds = 3600;
constexpr int64_t few_packets = 8;
constexpr int64_t farthest = int64_t{1} << 60;    // in ticks; times beyond are rubbish

} // namespace

void Timeline::begin(AVFormatContext *context, int video) {
    context_ = context;
    video_ = video;
    second_ = std::max<int64_t>(av_rescale_q(1, AVRational{1, 1}, context->streams[video]->time_base), 1);
    counts_packets_ = av_match_name("mpegts", context->iformat->name);
    jumps_forward_ = counts_packets_ || av_match_name("mpeg", context->iformat->name);
}

// Subtitles and data come too seldom to tell a jump by them. A picture without a decoding time may lie before the last one.
bool Timeline::is_timed(const AVPacket &packet) const {
    const auto type = context_->streams[packet.stream_index]->codecpar->codec_type;
    if (type != AVMEDIA_TYPE_VIDEO && type != AVMEDIA_TYPE_AUDIO) return false;
    if (type == AVMEDIA_TYPE_VIDEO && packet.dts == AV_NOPTS_VALUE) return false;
    return std::llabs(std::max(decoded_at(packet), -INT64_MAX)) < farthest && std::llabs(std::max(shown_at(packet), -INT64_MAX)) < farthest;
}

int64_t Timeline::ticks(const AVPacket &packet, int64_t time) const {
    if (time == AV_NOPTS_VALUE) return time;
    return av_rescale_q(time, context_->streams[packet.stream_index]->time_base, context_->streams[video_]->time_base);
}

size_t Timeline::part_of(int64_t time, size_t part, int64_t due) const {
    for (; part + 1 < offsets_.size(); part++)
        if (std::llabs(time + offsets_[part] - due) <= std::llabs(time + offsets_[part + 1] - due)) break;
    return part;
}

bool Timeline::leaves(const Track &track, const AVPacket &packet) const {
    const int64_t time = decoded_at(packet) + offsets_[track.part];
    return time < track.last - std::max<int64_t>(second_ / 10, 1) ||
           time > latest_ + std::max(longest_pause_seconds * second_, longest_pause_frames * track.duration);
}

// Whether what lies far ahead is a pause of the video. Without sound that pauses as well, it is, unless the count of packets
// is broken nearby.
bool Timeline::pauses(const Track &track, const AVPacket &packet) const {
    if (decoded_at(packet) + offsets_[track.part] <= latest_) return false;
    return !jumps_forward_ || (counts_packets_ && tracks_.size() == 1 && track.sound >= few_packets && !(packet.flags & AV_PKT_FLAG_CORRUPT));
}

// Whether the stream goes on where it was, so that the time of this packet alone is wrong.
bool Timeline::returns(const AVPacket &packet, const Track &track, const Ahead &ahead) const {
    const int64_t time = decoded_at(packet);
    for (size_t i = 0; const auto *later = ahead(i); i++) {
        if (later->stream_index != packet.stream_index || !is_timed(*later)) continue;
        const int64_t then = decoded_at(*later);
        return std::llabs(then + offsets_[track.part] - track.next()) < std::llabs(then - time);
    }
    return false;
}

// The video decides: its next frame follows the last one. Sound may pass the jump some packets before it.
int64_t Timeline::offset_behind(const AVPacket &packet, const Track &track, const Ahead &ahead) const {
    const auto entry = tracks_.find(video_);
    if (packet.stream_index == video_) return track.shown_to - shown_at(packet);
    const int64_t time = decoded_at(packet);
    if (entry == tracks_.end()) return track.next() - time;
    auto video = entry->second;
    for (size_t i = 0; const auto *later = ahead(i); i++) {
        if (later->stream_index != video_ || !is_timed(*later)) continue;
        const int64_t then = decoded_at(*later);
        if (std::llabs(then - time) < std::llabs(then + offsets_[video.part] - video.next())) return video.shown_to - shown_at(*later);
        advance(video, *later, offsets_[video.part]);
    }
    return track.next() - time;
}

void Timeline::advance(Track &track, const AVPacket &packet, int64_t offset) const {
    const int64_t time = decoded_at(packet) + offset;
    if (packet.duration > 0) track.duration = ticks(packet, packet.duration);
    else if (track.last != AV_NOPTS_VALUE && time > track.last) track.duration = time - track.last;
    track.last = time;
    track.shown_to = std::max(track.shown_to, shown_at(packet) + offset + track.duration);
    track.sound = packet.flags & AV_PKT_FLAG_CORRUPT ? 0 : track.sound + 1;
}

void Timeline::shift(AVPacket &packet, int64_t offset) const {
    const int64_t by = av_rescale_q(offset, context_->streams[video_]->time_base, context_->streams[packet.stream_index]->time_base);
    if (packet.pts != AV_NOPTS_VALUE) packet.pts = av_sat_add64(packet.pts, by);
    if (packet.dts != AV_NOPTS_VALUE) packet.dts = av_sat_add64(packet.dts, by);
}

// A subtitle belongs to the part whose time is nearer, a picture without a time to that of the picture before.
size_t Timeline::part_of_untimed(const AVPacket &packet) const {
    if (const auto entry = tracks_.find(packet.stream_index); entry != tracks_.end()) return entry->second.part;
    const auto newest = offsets_.size() - 1;
    const int64_t time = decoded_at(packet);
    return newest == 0 || time == AV_NOPTS_VALUE || latest_ == AV_NOPTS_VALUE ? newest : part_of(time, newest - 1, latest_);
}

void Timeline::put_where_due(AVPacket &packet, Track &track) {
    outliers_++;
    packet.dts = av_rescale_q(track.next(), context_->streams[video_]->time_base, context_->streams[packet.stream_index]->time_base);
    packet.pts = packet.stream_index == video_ ? AV_NOPTS_VALUE : packet.dts;
    advance(track, packet, 0);
}

bool Timeline::move(AVPacket &packet, const Ahead &ahead) {
    if (!is_timed(packet)) {
        shift(packet, offsets_[part_of_untimed(packet)]);
        return false;
    }
    // A bit error in a broadcast; behind a pause, pictures are shown long after they were decoded, but not hours.
    if (jumps_forward_ && packet.pts != AV_NOPTS_VALUE && packet.dts != AV_NOPTS_VALUE &&
        shown_at(packet) - decoded_at(packet) > std::max(longest_wait_seconds * second_, longest_pause_frames * ticks(packet, packet.duration)))
        packet.pts = AV_NOPTS_VALUE, outliers_++;
    auto [entry, is_new] = tracks_.try_emplace(packet.stream_index);
    auto &track = entry->second;
    const auto before = track.part;
    if (is_new) track.part = offsets_.size() - 1;
    else track.part = part_of(decoded_at(packet), track.part, track.next());
    if (!is_new && track.part == before && leaves(track, packet)) {
        if (returns(packet, track, ahead)) {
            put_where_due(packet, track);
            return false;
        }
        if (!pauses(track, packet)) {
            offsets_.push_back(offset_behind(packet, track, ahead));
            track.part = offsets_.size() - 1;
        }
    }
    advance(track, packet, offsets_[track.part]);
    shift(packet, offsets_[track.part]);
    latest_ = latest_ == AV_NOPTS_VALUE ? track.next() : std::max(latest_, track.next());
    return !is_new && track.part != before;
}

} // namespace vs::media
