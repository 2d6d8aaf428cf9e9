// One output container: the encoded video, and the other streams as they came or in a codec that fits.
#pragma once

#include "media_container.hpp"
#include "media_encode.hpp"
#include "media_source.hpp"
#include "media_transcode.hpp"

namespace vs::media {

class Muxer {
public:
    Muxer(std::string path, std::string name, const AVOutputFormat &format, const vs_media_sink_options &options,
          const Encoder &encoder, const Source *source, int64_t shift_ns);
    ~Muxer();
    Muxer(const Muxer &) = delete;
    Muxer &operator=(const Muxer &) = delete;

    /// Writes a packet of the encoder, and before it what is due of the other streams.
    void write_video(Packet packet);
    void finish();
    /// Live: takes the other streams from another source, at times moved by so much.
    void follow(Demuxer &source, int64_t shift_us);
    int video_index() const { return video_index_; }
    const std::vector<std::string> &notes() const { return notes_; }
    void add_note(std::string note) { notes_.push_back(std::move(note)); }
    /// How many streams of a type the source gave, and how many of them without a packet, which some containers leave out.
    std::pair<int, int> count(AVMediaType type) const;

private:
    struct Other {
        AVStream *stream = nullptr; // until the file is finished
        AVMediaType type = AVMEDIA_TYPE_UNKNOWN;
        AVCodecID codec = AV_CODEC_ID_NONE; // of the packets that come in
        AVRational time_base{}, incoming{}; // that the stream was described with, and of the packets that come in
        std::string name;       // for notes
        std::unique_ptr<Transcoder> transcoder; // null: its packets are copied
        int64_t last_dts = AV_NOPTS_VALUE, packets = 0;
        int64_t delay = 0; // added to the times, in samples of 1/48000 s
    };

    void close();
    void add_video(const vs_media_sink_options &options, const Encoder &encoder, const Source *source);
    void copy_projection(const AVStream &from);
    void add_streams(const vs_media_sink_options &options, const Encoder &encoder, const Source &source);
    void add_other(const vs_media_sink_options &options, const Encoder &encoder, const Source &source, const AVStream &from);
    void add_cover(AVStream &stream, const AVStream &from);
    std::unique_ptr<Transcoder> transcoder_for(const vs_media_sink_options &options, const Encoder &encoder, const AVStream &from,
                                               std::string &refusal) const;
    std::unique_ptr<Transcoder> audio_transcoder_for(const vs_media_sink_options &options, const Encoder &encoder,
                                                     const AVStream &from, std::string &refusal) const;
    bool can_hold(const Encoder &encoder, const AVStream *candidate, const AVCodecContext *converted) const;
    void state_priming(const Source &source, int index, Other &other);
    int64_t start_us(const Source &source, int index, const Other &other) const;
    int64_t movie_timescale(const Source &source) const;
    void copy_chapters(const Source &source);
    void open_file(const vs_media_sink_options &options);
    void hurry(Dictionary &settings);
    void write_covers();
    void state_last_delay();
    void write_others(int64_t due);
    void take_other(const AVPacket *packet, Other &other);
    void fill_sound(int64_t until_us);
    void write_other(Packet packet, Other &other);
    void write(AVPacket *packet);

    std::string path_, name_;
    int video_index_ = 0;
    int64_t shift_ns_; // added to the times of the other streams
    int64_t movie_timescale_ = 0; // of MP4 and MOV; 0: the usual milliseconds
    AVFormatContext *context_ = nullptr;
    AVStream *video_ = nullptr;
    AVRational video_time_base_;
    int64_t last_duration_ = 0, plays_ = 0; // of the last frame, in video_time_base_; 0: for ever
    int64_t first_video_ = AV_NOPTS_VALUE; // decoding time of the first frame, in video_time_base_
    int64_t video_dts_ = AV_NOPTS_VALUE; // of the last packet, in the container's time base
    int64_t video_end_us_ = 0;
    std::map<int, Other> streams_; // by index in the source
    std::map<int, int> routes_;    // from the index in the source of now to that
    bool is_live_;
    Patience patience_;
    std::map<AVStream *, Packet> covers_;
    std::shared_ptr<PacketQueue> others_;
    bool is_part_ = false; // what lies before 0 is for decoders alone
    std::vector<std::string> notes_;
};

} // namespace vs::media
