// One container: packets of the video stream for the decoder, packets of the others for whoever copies them.
#pragma once

#include <atomic>
#include <deque>

#include "media.hpp"

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

private:
    mutable std::mutex mutex_;
    std::deque<Packet> packets_;
    int64_t bytes_ = 0;
};

/// Reads a container from a file, standard input or memory.
class Demuxer {
public:
    /// `bytes` null: reads the file `name`; otherwise reads the bytes, and `name` is for messages.
    Demuxer(std::string name, std::shared_ptr<const std::vector<uint8_t>> bytes, const vs_media_source_options &options);
    ~Demuxer();
    Demuxer(const Demuxer &) = delete;
    Demuxer &operator=(const Demuxer &) = delete;

    AVFormatContext &container() const { return *context_; }
    AVStream &video() const { return *context_->streams[video_]; }
    const std::string &name() const { return name_; }
    /// The file in memory, or null.
    const std::shared_ptr<const std::vector<uint8_t>> &bytes() const { return bytes_; }
    const std::shared_ptr<PacketQueue> &others() const { return others_; }
    bool can_seek() const;
    /// Why reading stopped before the end of the file, or empty.
    const std::string &damage() const { return damage_; }

    /// Whether packets of the stream are handed to others().
    bool copies(int stream) const;
    /// The next packet of the video stream, or null at the end.
    Packet next_video();
    /// Goes to the keyframe at or before `pts` (video ticks); false where the container cannot.
    bool seek(int64_t pts);
    /// From now on copied packets are kept only between two times of the video's time base, and shifted so that `origin`
    /// becomes 0. AV_NOPTS_VALUE: no limit. Sound is kept from a little before, at negative times: decoders need it.
    void cut(int64_t origin, int64_t begin, int64_t end);
    /// Reads on until every copied audio stream passed the end of the cut.
    void read_tail();
    /// Reads ahead, keeping video packets for later, until each copied audio stream has shown its first packet.
    void prefetch();

private:
    void close();
    int open(AVDictionary **options);
    void choose_video(int wanted);
    void keep(Packet packet);
    bool is_outside(const AVPacket &packet);
    bool read(AVPacket *packet);

    std::string name_, damage_;
    std::shared_ptr<const std::vector<uint8_t>> bytes_;
    size_t position_ = 0; // in bytes_
    AVFormatContext *context_ = nullptr;
    AVIOContext *memory_ = nullptr;
    int video_ = -1;
    bool keep_streams_, ended_ = false;
    std::deque<Packet> ahead_;
    std::vector<bool> waits_for_key_, passed_end_;
    int64_t origin_ = 0, begin_ = AV_NOPTS_VALUE, end_ = AV_NOPTS_VALUE;
    std::shared_ptr<PacketQueue> others_ = std::make_shared<PacketQueue>();

    static int read_memory(void *self, uint8_t *buffer, int size);
    static int64_t seek_memory(void *self, int64_t offset, int whence);
};

} // namespace vs::media
