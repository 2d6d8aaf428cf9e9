#include "media_journal.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vs::media {

namespace {

constexpr char magic[8] = {'V', 'S', 'P', 'K', 'T', '0', '0', '1'};
// No real packet comes near; a damaged file must not make us allocate what it claims.
constexpr int32_t most_bytes = 1 << 29;
constexpr int32_t most_side_data = 64;

// Read only by the machine that wrote it, so its own byte order will do.
struct PacketHeader {
    int64_t pts, dts, duration;
    int32_t flags, size, side_data;
};

struct SideDataHeader {
    int32_t type, size;
};

} // namespace

JournalWriter::JournalWriter(const std::string &path) : path_(path), file_(fopen(path.c_str(), "wb")) {
    if (!file_) throw failure(VS_OUTPUT, path_ + ": cannot be created: " + strerror(errno) + ".");
    put(magic, sizeof magic);
}

void JournalWriter::put(const void *bytes, size_t length) {
    if (fwrite(bytes, 1, length, file_.get()) != length)
        throw failure(VS_OUTPUT, path_ + ": cannot be written: " + strerror(errno) + ".");
}

void JournalWriter::write(const AVPacket &packet) {
    const PacketHeader header{packet.pts, packet.dts, packet.duration, packet.flags, packet.size, packet.side_data_elems};
    put(&header, sizeof header);
    for (int i = 0; i < packet.side_data_elems; i++) {
        const auto &side = packet.side_data[i];
        const SideDataHeader side_header{side.type, static_cast<int32_t>(side.size)};
        put(&side_header, sizeof side_header);
        put(side.data, side.size);
    }
    put(packet.data, static_cast<size_t>(packet.size));
}

void JournalWriter::close() {
    if (fflush(file_.get()) != 0 || fsync(fileno(file_.get())) != 0)
        throw failure(VS_OUTPUT, path_ + ": cannot be written: " + strerror(errno) + ".");
    file_.reset();
}

JournalReader::JournalReader(const std::string &path) : path_(path), file_(fopen(path.c_str(), "rb")) {
    if (!file_) throw failure(VS_INPUT, path_ + ": cannot be opened: " + strerror(errno) + ".");
    char found[sizeof magic];
    get(found, sizeof found);
    if (memcmp(found, magic, sizeof magic) != 0) throw failure(VS_INPUT, path_ + ": is no journal of packets.");
}

void JournalReader::get(void *bytes, size_t length) {
    if (fread(bytes, 1, length, file_.get()) != length) throw failure(VS_INPUT, path_ + ": is damaged.");
}

Packet JournalReader::next() {
    const int first = fgetc(file_.get());
    if (first == EOF) return nullptr;
    ungetc(first, file_.get());
    PacketHeader header;
    get(&header, sizeof header);
    if (header.size < 0 || header.size > most_bytes || header.side_data < 0 || header.side_data > most_side_data)
        throw failure(VS_INPUT, path_ + ": is damaged.");
    auto packet = new_packet();
    for (int i = 0; i < header.side_data; i++) {
        SideDataHeader side;
        get(&side, sizeof side);
        if (side.size < 0 || side.size > most_bytes) throw failure(VS_INPUT, path_ + ": is damaged.");
        auto *data = av_packet_new_side_data(packet.get(), static_cast<AVPacketSideDataType>(side.type), static_cast<size_t>(side.size));
        if (!data) throw std::bad_alloc();
        get(data, static_cast<size_t>(side.size));
    }
    check(av_grow_packet(packet.get(), header.size), VS_NO_MEMORY, path_);
    get(packet->data, static_cast<size_t>(header.size));
    packet->pts = header.pts;
    packet->dts = header.dts;
    packet->duration = header.duration;
    packet->flags = header.flags;
    return packet;
}

} // namespace vs::media
