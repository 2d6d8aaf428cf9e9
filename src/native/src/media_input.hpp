// Where the bytes of a container come from, and which formats are read at all.
#pragma once

#include "media_network.hpp"

namespace vs::media {

/// Where the bytes come from beside a name.
struct Content {
    std::shared_ptr<const std::vector<uint8_t>> bytes; // or null
    int descriptor = -1;                               // or of a pipe, owned by the input from its construction on
    bool is_named() const { return !bytes && descriptor < 0; }
};

/// The bytes of one file, pipe, stream or of memory. Only these: what a container names beside itself is not opened.
class Input {
public:
    /// Reads the file or URL `name`, or standard input where it is "-"; where there is content, that, and `name` is for messages.
    Input(const std::string &name, const Content &content, const vs_media_source_options &options);
    ~Input();
    Input(const Input &) = delete;
    Input &operator=(const Input &) = delete;

    /// Opens the container, whose format must be one of a closed list. It is closed before this object goes.
    AVFormatContext *open();
    /// The number of bytes; -1 for a pipe.
    int64_t size() const { return size_; }
    /// The first bytes; none of a pipe.
    std::vector<uint8_t> first_bytes(int64_t count) const;
    /// Whether it is a file of one picture, by its extension.
    bool is_picture() const { return picture_; }
    /// Whether a pipe was read to its end before the first frame, because its index lies there.
    bool was_kept() const { return kept_; }
    /// Whether it comes at its own speed, whoever reads it.
    bool is_stream() const { return protocol_ || is_device_; }
    /// The patience of every read; a demuxer begins a wait before each packet.
    Patience &patience() { return patience_; }

private:
    AVFormatContext *open_stream();
    AVFormatContext *open_device();
    const AVInputFormat *probe(const std::string &url, Dictionary &options);
    void open_file();
    void check_head();
    void keep_pipe();
    int64_t read(uint8_t *buffer, int64_t size, int64_t position) const;
    int64_t read_pipe(uint8_t *buffer, int64_t size) const;

    static int read_callback(void *self, uint8_t *buffer, int size);
    static int64_t seek_callback(void *self, int64_t offset, int whence);

    std::string name_, url_; // for messages, and as it was given
    vs_media_source_options options_;
    Patience patience_;
    const Protocol *protocol_ = nullptr; // of a URL
    bool is_device_ = false;
    std::shared_ptr<const std::vector<uint8_t>> bytes_;
    int file_ = -1;
    bool owns_file_ = false, kept_ = false, picture_ = false;
    int64_t size_ = -1, position_ = 0, base_ = 0;
    std::vector<uint8_t> head_; // the first bytes, which a pipe gives only once
    AVIOContext *io_ = nullptr;

    // A server of RTSP may name another one.
    struct Redirection {
        Patience *patience = nullptr;
        const AVFormatContext *context = nullptr;
        std::string url;
        bool leads_away = false;
        int is_over();
    } redirected_;
};

} // namespace vs::media
