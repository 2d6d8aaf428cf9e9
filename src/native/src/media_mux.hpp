// One output container: the encoded video, and the other streams as they came.
#pragma once

#include "media_encode.hpp"
#include "media_source.hpp"

namespace vs::media {

/// What a file name or FFmpeg's name says of the container; throws VS_USAGE where neither is known.
const AVOutputFormat &container_for(const vs_media_sink_options &options, const std::string &path);
/// Whether a container is one of FFmpeg's names, separated by commas.
bool is_named(const AVOutputFormat &format, const char *names);
bool is_mov(const AVOutputFormat &format);
bool is_matroska(const AVOutputFormat &format);
/// The codec that is usual in a container, for frames with alpha or more than 8 bits one that holds them.
std::string usual_codec(const AVOutputFormat &format, const vs_media_sink_options &options);

class Muxer {
public:
    Muxer(std::string path, std::string name, const AVOutputFormat &format, const vs_media_sink_options &options,
          const Encoder &encoder, const Source *source);
    ~Muxer();
    Muxer(const Muxer &) = delete;
    Muxer &operator=(const Muxer &) = delete;

    /// Writes a packet of the encoder, and before it what is due of the other streams.
    void write_video(Packet packet);
    void finish();
    int video_index() const { return video_index_; }
    const std::vector<std::string> &notes() const { return notes_; }

private:
    struct Copied {
        AVStream *stream = nullptr;
        AVRational time_base{}; // of the source's stream
        int64_t last_dts = AV_NOPTS_VALUE;
        int64_t delay = 0; // added to the times, in samples of 1/48000 s
    };

    void close();
    void add_video(const vs_media_sink_options &options, const Encoder &encoder, const Source *source);
    void copy_projection(const AVStream &from);
    void add_streams(const vs_media_sink_options &options, const Encoder &encoder, const Source &source);
    void add_copy(const AVStream &from, const Source &source);
    int64_t movie_timescale(const Source &source) const;
    /// How far the earliest copied packet lies before 0, in microseconds.
    int64_t priming_us(const Source &source) const;
    void copy_chapters(const Source &source);
    void open_file(const vs_media_sink_options &options);
    void write_covers();
    void state_last_delay();
    void write_others(int64_t due);
    void write_copied(Packet packet);
    void write(AVPacket *packet);

    std::string path_, name_;
    int video_index_ = 0;
    int64_t movie_timescale_ = 0; // of MP4 and MOV; 0: the usual milliseconds
    AVFormatContext *context_ = nullptr;
    AVStream *video_ = nullptr;
    AVRational video_time_base_;
    int64_t last_duration_ = 0, plays_ = 0; // of the last frame, in video_time_base_; 0: for ever
    int64_t video_dts_ = AV_NOPTS_VALUE; // of the last packet, in the container's time base
    std::map<int, Copied> copied_; // by index in the source
    std::map<AVStream *, Packet> covers_;
    std::shared_ptr<PacketQueue> others_;
    std::vector<std::string> notes_;
};

} // namespace vs::media
