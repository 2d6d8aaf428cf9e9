#pragma once

#include "media_mux.hpp"

namespace vs::media {

/// An encoder and the container that its packets go to.
class Sink {
public:
    Sink(const std::string &path, const vs_media_sink_options &options, const Source *source);
    void write(const uint8_t *rgb, const uint8_t *alpha, int64_t pts, int64_t duration);
    void finish();
    int64_t picture_bytes() const { return picture_bytes_; }
    int video_index() const { return muxer_->video_index(); }
    const std::vector<std::string> &notes() const { return muxer_->notes(); }

private:
    void drain_packets();

    std::string name_;
    int64_t picture_bytes_, last_pts_ = AV_NOPTS_VALUE;
    bool finished_ = false;
    std::unique_ptr<Encoder> encoder_;
    std::unique_ptr<Muxer> muxer_;
};

} // namespace vs::media
