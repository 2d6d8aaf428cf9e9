// Streams over the network by FFmpeg's own protocols, each with a closed list of what it may open.
#pragma once

#include <atomic>

#include "media.hpp"

namespace vs::media {

/// What a URL's scheme stands for. HTTP is not among them: its redirections can only be judged by who follows them.
struct Protocol {
    const char *scheme;
    const char *protocols; // that FFmpeg may open for it
    const char *demuxer;   // the only one; null: any container
    const char *muxer;
    bool is_opened_by_format; // and not as bytes
};

/// The protocol of a URL, or null where the name is no URL or of a scheme that is not in the list.
const Protocol *protocol_of(const std::string &name);

/// The text with its URLs as logs and pages may show them: without user, password and query, and of RTMP without the last part of the
/// path, which is the key of a stream.
std::string without_secrets(const std::string &text);
/// How messages name a file, a URL or "-".
std::string shown(const std::string &name, const char *dash = "standard input");

/// Ends calls of FFmpeg that wait: when the caller says so, or when nothing has come for too long.
class Patience {
public:
    /// `stop`: ends every wait once it is not 0; may be null. `timeout_us` 0: waits for ever.
    Patience(const int32_t *stop, int64_t timeout_us) : stop_(stop), timeout_us_(timeout_us) {}

    /// Begins a wait, which may last so much longer.
    void begin(int64_t more_us = 0);
    bool is_over() const;
    /// Whether the caller ended it, and not the time.
    bool was_stopped() const { return stop_ && __atomic_load_n(stop_, __ATOMIC_RELAXED) != 0; }
    AVIOInterruptCB callback() { return {[](void *self) { return static_cast<int>(static_cast<Patience *>(self)->is_over()); }, this}; }
    /// Why the wait is over, or empty.
    std::string complaint() const;
    /// Waits until a descriptor can be read. False where the wait is over.
    bool wait_for(int descriptor) const;

private:
    const int32_t *stop_;
    int64_t timeout_us_;
    std::atomic<int64_t> end_{INT64_MAX};
    mutable std::atomic<bool> expired_{false};
};

/// Opens a URL for reading or writing as bytes.
AVIOContext *open_url(const std::string &url, const Protocol &protocol, bool write, bool listen, Patience &patience, const std::string &failed);

} // namespace vs::media
