// A file of encoded packets with their times, from which a container can be written again.
#pragma once

#include <cstdio>

#include "media.hpp"

namespace vs::media {

struct CloseFile {
    void operator()(FILE *file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

class JournalWriter {
public:
    explicit JournalWriter(const std::string &path);
    void write(const AVPacket &packet);
    /// Returns once everything is on the disk.
    void close();

private:
    void put(const void *bytes, size_t length);

    std::string path_;
    File file_;
};

class JournalReader {
public:
    /// Throws VS_INPUT where the file is missing or is no journal.
    explicit JournalReader(const std::string &path);
    /// The next packet, or null at the end; throws VS_INPUT where the file is damaged.
    Packet next();

private:
    void get(void *bytes, size_t length);

    std::string path_;
    File file_;
};

} // namespace vs::media
