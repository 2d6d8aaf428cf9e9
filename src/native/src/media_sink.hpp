#pragma once

#include "media_journal.hpp"
#include "media_mux.hpp"

namespace vs::media {

/// An encoder and the container that its packets go to.
class Sink {
public:
    Sink(const std::string &path, const vs_media_sink_options &options, const Source *source);
    void write(Picture picture);
    void begin_segment(const char *journal);
    void end_segment();
    void replay(const std::string &journal);
    void finish();
    int64_t picture_bytes() const { return picture_bytes_; }
    int video_index() const { return muxer_->video_index(); }
    std::vector<std::string> notes() const;

private:
    void drain_packets();
    void open_encoder();

    // The caller's options, and what their pointers point to.
    struct Options {
        explicit Options(const vs_media_sink_options &given);
        vs_media_sink_options value;
        std::string file_name, format, codec, preset, pixel_format, encoder_options;
    };

    std::string name_;
    Options options_;
    const AVOutputFormat &format_;
    int64_t picture_bytes_, last_pts_ = AV_NOPTS_VALUE;
    bool finished_ = false;
    std::unique_ptr<Encoder> encoder_; // null between two segments
    bool in_segment_ = false;
    std::unique_ptr<JournalWriter> journal_;
    std::unique_ptr<Muxer> muxer_;
    std::shared_ptr<SideData> side_data_; // of the source's frames, or null
    std::vector<std::string> picture_notes_;
};

} // namespace vs::media
