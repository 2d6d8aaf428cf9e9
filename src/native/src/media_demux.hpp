// One container: packets of the video stream for the decoder, packets of the others for whoever copies them.
#pragma once

#include <atomic>
#include <deque>

#include "media_input.hpp"
#include "media_timeline.hpp"

namespace vs::media {

/// Packets of the streams that are copied, on their way from the source's thread to the sink's.
class PacketQueue {
public:
    void push(Packet packet);
    /// The oldest packet whose time passes `due`, or null.
    Packet pop_if(const std::function<bool(const AVPacket &)> &due);
    /// The first packet of a stream from a time on, or null; only while no other thread uses the queue.
    const AVPacket *first_of(int stream, int64_t from = INT64_MIN) const;
    void remove_if(const std::function<bool(const AVPacket &)> &unwanted);
    /// Copies of all packets.
    std::vector<Packet> copies() const;
    /// From here on the oldest packets go where there are more than so many bytes.
    void forget_beyond(int64_t bytes) { limit_ = bytes; }

private:
    mutable std::mutex mutex_;
    int64_t limit_ = 0; // 0: more than fits is a failure
    std::deque<Packet> packets_;
    int64_t bytes_ = 0;
};

/// Reads a container from a file, standard input or memory.
class Demuxer {
public:
    /// A packet of the video stream; `follows_jump`: the clock jumped before it, and no frame behind refers to one before.
    struct Video {
        Packet packet;
        bool follows_jump = false;
    };

    /// As `Input` reads it.
    Demuxer(std::string name, const Content &content, const vs_media_source_options &options);
    ~Demuxer();
    Demuxer(const Demuxer &) = delete;
    Demuxer &operator=(const Demuxer &) = delete;

    AVFormatContext &container() const { return *context_; }
    AVStream &video() const { return *context_->streams[video_]; }
    /// The container as it was opened, for those who write what is read from it. Live, it is a copy, which other threads may read.
    AVFormatContext &opened() const { return snapshot_ ? *snapshot_ : *context_; }
    AVStream &opened_video() const { return *opened().streams[video_]; }
    /// Live: the packets of the other streams from here on, and what is there already, at times moved by so much. Any thread may ask.
    std::shared_ptr<PacketQueue> listen(int64_t shift_us);
    const std::string &name() const { return name_; }
    const std::shared_ptr<PacketQueue> &others() const { return others_; }
    const Input &input() const { return input_; }
    bool is_live() const { return is_live_; }
    /// Why reading stopped before the end of the file, or empty.
    const std::string &damage() const { return damage_; }
    const Timeline &timeline() const { return timeline_; }

    /// Whether packets of the stream are handed to others().
    bool copies(int stream) const;
    /// The next packet of the video stream, or none at the end.
    Video next_video();
    /// Whether the part before a time can be skipped: not in a pipe, nor where every frame needs the ones before.
    bool can_skip() const;
    /// Whether the container has an index of keyframes.
    bool has_index() const;
    /// Goes to the keyframe at or before `pts` (video ticks) by the index, and gives the packets before it that tell a decoder
    /// how to read on. False where there is none; the container must then be opened again.
    bool seek(int64_t pts, std::vector<Packet> &primers);
    /// The same by reading every packet before it.
    bool scan(int64_t pts, std::vector<Packet> &primers);
    /// From now on copied packets are kept only between two times of the video's time base, and shifted so that `origin`
    /// becomes 0. AV_NOPTS_VALUE: no limit. Sound is kept from a little before, at negative times: decoders need it.
    void cut(int64_t origin, int64_t begin, int64_t end);
    /// Reads on until every copied audio stream passed the end of the cut.
    void read_tail();
    /// Reads ahead, keeping video packets for later, until each copied audio stream has shown its first packet.
    void prefetch();

private:
    void close();
    void take_snapshot();
    void hand_out(Packet packet);
    void shift(AVPacket &packet, int64_t shift_us) const;
    void find_streams(const std::string &failed);
    void choose_video(int wanted);
    void check_sizes() const;
    void keep(Packet packet);
    bool is_outside(const AVPacket &packet);
    bool read(AVPacket *packet);
    bool read_as_stored(AVPacket *packet);
    const AVPacket *look_ahead(size_t index);

    std::string name_, damage_;
    Input input_;
    AVFormatContext *context_ = nullptr;
    int video_ = -1;
    int64_t max_pixels_;
    bool keep_streams_, is_live_, ended_ = false;
    AVFormatContext *snapshot_ = nullptr;
    struct Listener {
        std::weak_ptr<PacketQueue> queue;
        int64_t shift_us;
    };
    std::mutex listening_;
    std::vector<Listener> listeners_;
    Timeline timeline_;
    bool jumped_ = false;        // the packet that was read last follows a jump
    std::deque<Packet> stored_;  // read to look ahead, with the times of the file
    std::deque<Video> ahead_;
    std::vector<bool> waits_for_key_, passed_end_;
    int64_t origin_ = 0, begin_ = AV_NOPTS_VALUE, end_ = AV_NOPTS_VALUE;
    std::shared_ptr<PacketQueue> others_ = std::make_shared<PacketQueue>();
};

} // namespace vs::media
