// What the files of the media unit share: owned FFmpeg objects, errors, and threads that step aside.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "guard.hpp"

namespace vs::media {

// 16384 x 8192: 400 MB as RGB24. Larger claims in a header are a broken or hostile file.
constexpr int64_t max_pixels = int64_t{1} << 27;

struct Release {
    void operator()(AVPacket *p) const { av_packet_free(&p); }
    void operator()(AVFrame *f) const { av_frame_free(&f); }
    void operator()(AVCodecContext *c) const { avcodec_free_context(&c); }
    void operator()(SwsContext *s) const { sws_freeContext(s); }
    void operator()(AVBufferPool *p) const { av_buffer_pool_uninit(&p); } // goes when its last buffer comes back
};
using Packet = std::unique_ptr<AVPacket, Release>;
using FramePtr = std::unique_ptr<AVFrame, Release>;
using Codec = std::unique_ptr<AVCodecContext, Release>;
using Scaler = std::unique_ptr<SwsContext, Release>;
using BufferPool = std::unique_ptr<AVBufferPool, Release>;

/// An FFmpeg dictionary that is freed.
class Dictionary {
public:
    Dictionary() = default;
    Dictionary(const Dictionary &) = delete;
    Dictionary &operator=(const Dictionary &) = delete;
    ~Dictionary() { av_dict_free(&entries); }
    void set(const char *key, const std::string &value) { av_dict_set(&entries, key, value.c_str(), 0); }
    AVDictionary *entries = nullptr;
};

Packet new_packet();
FramePtr new_frame();

/// FFmpeg's words for an error code, with the last line that FFmpeg logged on this thread where it logged one.
std::string reason(int code);
/// The last line of error that FFmpeg logged on this thread since clear_log(), or empty.
const std::string &logged();
void clear_log();

/// Throws `status` with "what: reason" when `code` is negative; returns `code` otherwise.
int check(int code, vs_status status, const std::string &what);

/// Runs `body`; a failure that does not name the file yet is given its name.
template <typename Body>
auto naming(const std::string &name, Body &&body) {
    try {
        return body();
    } catch (const failure &e) {
        const std::string message = e.what();
        if (e.status() == VS_BAD_ARGUMENT || message.compare(0, name.size(), name) == 0) throw;
        throw failure(e.status(), name + ": " + message);
    }
}

/// Sends FFmpeg's log to where reason() finds it and nowhere else. Called before any other FFmpeg function.
void quiet();

inline bool is_known(AVRational r) { return r.num > 0 && r.den > 0; }

/// One thread at nice 8 that runs one job at a time.
///
/// Codec threads beside the network triple the network's time unless they yield to it. On Linux nice is a property of
/// the thread and is inherited by the threads that it starts, so a codec opened here runs aside without any privilege.
/// Not nice 19: where other programs are busy too, such a thread gets a hundredth of a core and all the rest waits for it
/// (four times as long, beside two busy processes). At 8 the stylizers still go first.
class LowPriorityThread {
public:
    LowPriorityThread();
    ~LowPriorityThread();
    LowPriorityThread(const LowPriorityThread &) = delete;
    LowPriorityThread &operator=(const LowPriorityThread &) = delete;

    /// Runs the job and waits for it; what it throws is thrown here.
    void run(const std::function<void()> &job);

private:
    void loop();

    std::mutex mutex_;
    std::condition_variable changed_;
    const std::function<void()> *job_ = nullptr;
    std::exception_ptr failure_;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace vs::media
