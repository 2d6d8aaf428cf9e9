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
    /// Takes the other streams from another source.
    void follow(Demuxer &source, int64_t shift_us);
    int64_t picture_bytes() const { return picture_bytes_; }
    vs_media_written written() const;
    std::vector<std::string> notes() const;

private:
    void drain_packets();
    void drain_encoder();
    void open_encoder();
    int64_t use_constant_rate(const Source *source);
    void write_at_constant_rate(Picture &picture);
    void repeat_until(int64_t slot);
    int64_t slot_of(int64_t pts) const;
    void encode(const Picture &picture);
    void count(int64_t pts, int64_t duration);

    // The caller's options, and what their pointers point to.
    struct Options {
        explicit Options(const vs_media_sink_options &given);
        vs_media_sink_options value;
        std::string file_name, format, codec, preset, pixel_format, encoder_options;
    };

    std::string name_;
    Options options_;
    const AVOutputFormat &format_;
    std::string codec_;
    AVRational ticks_{0, 0}; // of the frames that come in, where a constant rate is made of them
    int64_t origin_ = 0, first_slot_ = 0; // the first frame, in those ticks and in frames of the constant rate
    int64_t next_slot_ = AV_NOPTS_VALUE, shown_until_ = 0, repeated_ = 0, dropped_ = 0;
    int64_t picture_bytes_, last_pts_ = AV_NOPTS_VALUE;
    vs_media_written written_{};
    bool finished_ = false;
    std::unique_ptr<Encoder> encoder_; // null between two segments
    bool in_segment_ = false;
    std::unique_ptr<JournalWriter> journal_;
    std::unique_ptr<Muxer> muxer_;
    std::shared_ptr<SideData> side_data_; // of the source's frames, or null
    std::vector<std::string> picture_notes_;
};

} // namespace vs::media
