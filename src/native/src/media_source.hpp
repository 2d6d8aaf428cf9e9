// Frames of one video in presentation order.
#pragma once

#include <map>

#include "media_convert.hpp"
#include "media_demux.hpp"
#include "media_filter.hpp"
#include "media_side_data.hpp"

namespace vs::media {

class Source {
public:
    Source(const std::string &name, const Content &content, const vs_media_source_options &options);

    const vs_media_info &info() const { return info_; }
    Demuxer &demuxer() const { return *demuxer_; }
    /// What was subtracted from every time, in ticks of the video's time base.
    int64_t origin() const { return origin_; }
    /// The time of the first frame, as read() gives it.
    int64_t first_pts() const { return first_pts_; }
    bool read(uint8_t *rgb, uint8_t *alpha, uint16_t *rgb16, int64_t &pts, int64_t &duration);
    const std::shared_ptr<SideData> &side_data() const { return side_data_; }
    std::vector<std::string> notes() const;
    const vs_media_source_options &options() const { return options_; }

private:
    void open_decoder();
    enum class Skip { by_index, by_packet, none }; // of what lies before the wanted part
    bool open_at(const std::string &name, const Content &content, Skip skip);
    void prime(const std::vector<Packet> &primers);
    void send_resumed();
    bool decode();
    bool decode_wanted();
    bool next();
    void take_filtered();
    void filter(AVFrame &frame);
    std::string filters_for(const AVFrame &frame);
    bool feed();
    void keep_up(const AVPacket *packet);
    void give_time();
    bool find_first();
    void set_origin();
    void describe();
    void set_size();

    std::string name_;
    vs_media_source_options options_;
    std::unique_ptr<Demuxer> demuxer_;
    Codec decoder_;
    Packet resume_; // sent once the decoder has given what it holds
    FramePtr before_;   // the frame before the first wanted one, where that is deinterlaced
    FramePtr decoded_;  // as decoded, in ticks of the video stream
    FramePtr filtered_; // after the filters, in ticks of info_.time_base
    std::unique_ptr<FilterGraph> graph_;
    std::string filters_;
    std::map<int64_t, int64_t> durations_; // of frames inside the filters
    bool interlaced_ = false, hdr_ = false;
    ToRgb converter_;
    std::shared_ptr<SideData> side_data_ = std::make_shared<SideData>();
    Orientation orientation_;
    vs_media_info info_{};
    bool pending_ = false; // decoded_ was decoded and not yet handed out
    bool draining_ = false, ended_ = false;
    int64_t last_pts_ = AV_NOPTS_VALUE, last_duration_ = 0, filtered_duration_ = 0, filtered_pts_ = 0, last_read_pts_ = AV_NOPTS_VALUE, end_ = AV_NOPTS_VALUE, origin_ = 0, first_pts_ = 0;
    int64_t damaged_ = 0; // packets and frames
    int64_t least_lag_us_ = INT64_MAX, looked_us_ = 0; // of the packets' times behind real time
    std::string damage_, complaint_;
};

/// Whether the curve is PQ or HLG.
bool is_hdr(const AVFrame &frame);
/// The orientation that the frame or its stream asks for.
Orientation orientation_of(const AVFrame &frame, const AVStream &stream);

} // namespace vs::media
