// One clock for a file whose timestamps jump.
#pragma once

#include <map>
#include <optional>

#include "media.hpp"

namespace vs::media {

/// Bridges the jumps of recordings that were joined: from each jump on, one offset for all streams lets the next frame follow
/// the last one after that one's duration. What is a gap in the video alone stays.
class Timeline {
public:
    /// The packets behind one, in file order, read as far as they are asked for; null behind the last.
    using Ahead = std::function<const AVPacket *(size_t)>;

    /// `video` is the number of the video stream. A container whose times may jump forward states a clock, not positions.
    void begin(AVFormatContext *context, int video);
    /// Forgets the last times, after a seek.
    void reset() { tracks_.clear(); latest_ = AV_NOPTS_VALUE; }
    /// Moves the packet's times to the one clock. Returns true for the first packet of its stream behind a jump.
    bool move(AVPacket &packet, const Ahead &ahead);
    /// Whether sound is needed to tell a jump from a pause of the video.
    bool needs_sound() const { return jumps_forward_; }
    int64_t jumps() const { return static_cast<int64_t>(offsets_.size()) - 1; }
    /// Packets whose times belonged nowhere and were replaced.
    int64_t outliers() const { return outliers_; }

private:
    struct Track {
        size_t part = 0;                   // of the file, counted by jumps
        int64_t last = AV_NOPTS_VALUE;     // decoding time of the last packet
        int64_t shown_to = AV_NOPTS_VALUE; // the end of what is shown last
        int64_t duration = 0;
        int64_t sound = 0; // packets since the last one that was marked as damaged
        int64_t next() const { return last + duration; }
    };

    bool is_timed(const AVPacket &packet) const;
    int64_t ticks(const AVPacket &packet, int64_t time) const;
    int64_t decoded_at(const AVPacket &packet) const { return ticks(packet, packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts); }
    int64_t shown_at(const AVPacket &packet) const { return ticks(packet, packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts); }
    /// The later of two parts of the file where a time belongs to it rather than to the earlier one.
    size_t part_of(int64_t time, size_t part, int64_t due) const;
    size_t part_of_untimed(const AVPacket &packet) const;
    bool leaves(const Track &track, const AVPacket &packet) const;
    bool pauses(const Track &track, const AVPacket &packet) const;
    void put_where_due(AVPacket &packet, Track &track);
    bool returns(const AVPacket &packet, const Track &track, const Ahead &ahead) const;
    int64_t offset_behind(const AVPacket &packet, const Track &track, const Ahead &ahead) const;
    void advance(Track &track, const AVPacket &packet, int64_t offset) const;
    void shift(AVPacket &packet, int64_t offset) const;

    AVFormatContext *context_ = nullptr;
    int video_ = -1;
    bool jumps_forward_ = false, counts_packets_ = false;
    int64_t second_ = 1; // in ticks of the video
    std::vector<int64_t> offsets_{0}; // of each part, in ticks of the video
    std::map<int, Track> tracks_;
    int64_t latest_ = AV_NOPTS_VALUE, outliers_ = 0;
};

} // namespace vs::media
