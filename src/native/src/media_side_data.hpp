// What decoded frames carry beside their pixels.
#pragma once

#include <deque>
#include <set>

#include "media.hpp"

namespace vs::media {

/// Closed captions on their way from the source's thread to the sink's, and the names of what no sink keeps.
class SideData {
public:
    /// Takes note of what a frame carries; `pts` is the time that the sink will see.
    void collect(const AVFrame &frame, int64_t pts);
    /// The captions of the frame at `pts`, or nothing. Those of earlier frames are dropped.
    std::vector<uint8_t> take_captions(int64_t pts);
    /// A sink writes the frames, and their captions or not.
    void attach(bool takes_captions);
    /// What the frames carried that the sink does not keep.
    std::vector<std::string> left_out() const;

private:
    mutable std::mutex mutex_;
    std::deque<std::pair<int64_t, std::vector<uint8_t>>> captions_;
    const void *last_captions_ = nullptr; // of a repeated frame they are the same
    std::set<std::string> names_;
    bool attached_ = false, takes_captions_ = false;
};

} // namespace vs::media
