#include "media_network.hpp"

#include <poll.h>

#include <cstring>

extern "C" {
#include <libavutil/time.h>
}

namespace vs::media {

namespace {

constexpr int poll_ms = 100;

// RTP may come over UDP from a camera; everything else stays on the connection that the user named.
constexpr Protocol known[] = {
    {"rtsp", "rtp,udp,tcp", "rtsp", "rtsp", true},
    {"rtsps", "rtp,udp,tcp,tls", "rtsp", "rtsp", true},
    {"rtmp", "rtmp,tcp", nullptr, "flv", false},
    {"rtmps", "rtmps,tls,tcp", nullptr, "flv", false},
    {"srt", "srt", nullptr, "mpegts", false},
    {"udp", "udp", nullptr, "mpegts", false},
    {"tcp", "tcp", nullptr, "mpegts", false},
};

} // namespace

const Protocol *protocol_of(const std::string &name) {
    for (const auto &protocol : known)
        if (av_strncasecmp(name.c_str(), protocol.scheme, strlen(protocol.scheme)) == 0 && name.compare(strlen(protocol.scheme), 3, "://") == 0)
            return &protocol;
    return nullptr;
}

std::string without_secrets(const std::string &text) {
    std::string result;
    size_t at = 0;
    for (size_t mark; (mark = text.find("://", at)) != std::string::npos;) {
        const auto begin = mark + 3;
        auto end = std::min(text.find_first_of(" \t\n\"'<>", begin), text.size());
        while (end > begin && strchr(":.,;)", text[end - 1])) end--; // of the sentence
        auto url = text.substr(begin, end - begin);
        if (const auto query = url.find_first_of("?#"); query != std::string::npos) url.erase(query);
        const auto path = std::min(url.find('/'), url.size());
        if (const auto user = url.rfind('@', path); user != std::string::npos) url.erase(0, user + 1);
        const bool is_rtmp = text.compare(mark - std::min<size_t>(mark, 4), 4, "rtmp") == 0 || text.compare(mark - std::min<size_t>(mark, 5), 5, "rtmps") == 0;
        if (const auto key = url.rfind('/'); is_rtmp && key != std::string::npos) url.replace(key + 1, std::string::npos, "\u2026");
        result += text.substr(at, begin - at) + url;
        at = end;
    }
    return result + text.substr(at);
}

std::string shown(const std::string &name, const char *dash) {
    return name == "-" ? dash : protocol_of(name) ? without_secrets(name) : name;
}

void Patience::begin(int64_t more_us) { end_ = timeout_us_ > 0 ? av_gettime_relative() + timeout_us_ + more_us : INT64_MAX; }

// For good: what was waited for may hand out what it still holds, and then fails again.
bool Patience::is_over() const {
    if (av_gettime_relative() > end_) expired_ = true;
    return was_stopped() || expired_;
}

std::string Patience::complaint() const {
    if (was_stopped()) return "it was stopped";
    if (!is_over()) return "";
    char text[64];
    snprintf(text, sizeof text, "nothing came for %.3g s", static_cast<double>(timeout_us_) / 1e6);
    return text;
}

bool Patience::wait_for(int descriptor) const {
    for (;;) {
        pollfd wanted{descriptor, POLLIN, 0};
        const int count = poll(&wanted, 1, poll_ms);
        if (count > 0 || (count < 0 && errno != EINTR)) return true; // a failure is told by the read
        if (is_over()) return false;
    }
}

AVIOContext *open_url(const std::string &url, const Protocol &protocol, bool write, bool listen, Patience &patience, const std::string &failed) {
    Dictionary options;
    options.set("protocol_whitelist", protocol.protocols);
    if (listen && strcmp(protocol.scheme, "srt") == 0) options.set("mode", "listener");
    else if (listen) options.set("listen", "1");
    if (write && strcmp(protocol.scheme, "srt") == 0) options.set("linger", "2"); // what was sent last arrives
    if (strcmp(protocol.scheme, "udp") == 0) options.set(write ? "pkt_size" : "overrun_nonfatal", write ? "1316" : "1");
    const auto callback = patience.callback();
    AVIOContext *io = nullptr;
    clear_log();
    if (!listen) patience.begin(); // for whoever is to connect, there is time
    const int code = avio_open2(&io, url.c_str(), write ? AVIO_FLAG_WRITE : AVIO_FLAG_READ, &callback, &options.entries);
    if (code < 0 && patience.is_over()) throw failure(write ? VS_OUTPUT : VS_INPUT, failed + ": " + patience.complaint() + ".");
    check(code, write ? VS_OUTPUT : VS_INPUT, failed);
    return io;
}

} // namespace vs::media
