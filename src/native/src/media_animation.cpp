#include "media_animation.hpp"

#include <algorithm>
#include <cstring>

namespace vs::media {

namespace {

// Both formats state it before the first frame; what lies before may be a comment or a color profile.
constexpr int64_t longest_head = 1 << 20;

// NETSCAPE2.0 counts repetitions; a file without it is played once.
int plays_of_gif(const std::vector<uint8_t> &head) {
    if (head.size() < 13) return -1;
    size_t at = 13;
    if (head[10] & 0x80) at += size_t{3} << ((head[10] & 7) + 1);
    while (at + 2 < head.size() && head[at] == 0x21) {
        const bool application = head[at + 1] == 0xFF;
        at += 2;
        bool loops = false;
        for (size_t block = 0; at < head.size() && head[at] != 0; block++, at += size_t{1} + head[at]) {
            if (at + 1 + head[at] > head.size()) return 1;
            const auto *data = &head[at + 1];
            if (block == 0) loops = application && head[at] == 11 && (!memcmp(data, "NETSCAPE2.0", 11) || !memcmp(data, "ANIMEXTS1.0", 11));
            else if (loops && head[at] >= 3 && data[0] == 1) {
                const int repeats = data[1] | data[2] << 8;
                return repeats == 0 ? 0 : repeats + 1;
            }
        }
        at++;
    }
    return 1;
}

uint32_t big_endian(const uint8_t *data) {
    return uint32_t{data[0]} << 24 | uint32_t{data[1]} << 16 | uint32_t{data[2]} << 8 | data[3];
}

int plays_of_png(const std::vector<uint8_t> &head) {
    for (size_t at = 8; at + 16 <= head.size(); at += size_t{12} + big_endian(&head[at])) {
        if (!memcmp(&head[at + 4], "acTL", 4)) return static_cast<int>(std::min<uint32_t>(big_endian(&head[at + 12]), UINT16_MAX));
        if (!memcmp(&head[at + 4], "IDAT", 4)) break;
    }
    return -1;
}

uint32_t little_endian(const uint8_t *data) {
    return data[0] | uint32_t{data[1]} << 8 | uint32_t{data[2]} << 16 | uint32_t{data[3]} << 24;
}

} // namespace

int plays_of(const Demuxer &demuxer) {
    const char *format = demuxer.container().iformat->name;
    if (strcmp(format, "gif") == 0) return plays_of_gif(demuxer.input().first_bytes(longest_head));
    if (strcmp(format, "apng") == 0) return plays_of_png(demuxer.input().first_bytes(longest_head));
    return -1;
}

void set_length(uint8_t *webp, int size, int64_t milliseconds) {
    if (size < 12 || memcmp(webp, "RIFF", 4) != 0) return;
    uint8_t *last = nullptr;
    const auto length = static_cast<size_t>(size);
    for (size_t at = 12; at + 8 <= length; at += 8 + size_t{little_endian(webp + at + 4)} + (webp[at + 4] & 1))
        if (!memcmp(webp + at, "ANMF", 4) && at + 24 <= length) {
            if (last) milliseconds -= little_endian(last) & 0xFFFFFF;
            last = webp + at + 8 + 12;
        }
    if (!last || milliseconds <= 0) return;
    const auto delay = static_cast<uint32_t>(std::min<int64_t>(milliseconds, 0xFFFFFF));
    last[0] = static_cast<uint8_t>(delay), last[1] = static_cast<uint8_t>(delay >> 8), last[2] = static_cast<uint8_t>(delay >> 16);
}

} // namespace vs::media
