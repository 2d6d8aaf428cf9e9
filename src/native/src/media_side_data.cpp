#include "media_side_data.hpp"

#include <cstring>

namespace vs::media {

namespace {

// Frames between source and sink are fewer; a sink that passes finished segments over takes none.
constexpr size_t most_queued = 4096;

// FFmpeg's names for what is neither kept nor applied while a frame is read. The numbers differ between versions.
const char *const not_kept[] = {"Dolby Vision", "HDR Dynamic Metadata", "Active format description", "ICC profile", "SMPTE 12-1 timecode"};

bool is_not_kept(const char *name) {
    for (const char *known : not_kept)
        if (strncmp(name, known, strlen(known)) == 0) return true;
    return false;
}

} // namespace

void SideData::collect(const AVFrame &frame, int64_t pts) {
    if (frame.nb_side_data == 0) return;
    std::lock_guard lock(mutex_);
    for (int i = 0; i < frame.nb_side_data; i++) {
        const auto &side = *frame.side_data[i];
        const char *name = av_frame_side_data_name(side.type);
        if (side.type == AV_FRAME_DATA_A53_CC) {
            if (std::exchange(last_captions_, side.buf->data) == side.buf->data && !captions_.empty()) continue;
            names_.insert("closed captions");
            captions_.emplace_back(pts, std::vector<uint8_t>(side.data, side.data + side.size));
            if (captions_.size() > most_queued) captions_.pop_front();
        } else if (name && is_not_kept(name)) {
            // "Dolby Vision RPU Data" and "Dolby Vision Metadata" are one thing to a user.
            names_.insert(strncmp(name, "Dolby Vision", 12) == 0 ? "Dolby Vision metadata" : name);
        }
    }
}

std::vector<uint8_t> SideData::take_captions(int64_t pts) {
    std::lock_guard lock(mutex_);
    while (!captions_.empty() && captions_.front().first < pts) captions_.pop_front();
    if (captions_.empty() || captions_.front().first != pts) return {};
    auto found = std::move(captions_.front().second);
    captions_.pop_front();
    return found;
}

void SideData::attach(bool takes_captions) {
    std::lock_guard lock(mutex_);
    attached_ = true, takes_captions_ = takes_captions;
}

std::vector<std::string> SideData::left_out() const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    if (attached_)
        for (const auto &name : names_)
            if (name != "closed captions" || !takes_captions_) names.push_back(name);
    return names;
}

} // namespace vs::media
