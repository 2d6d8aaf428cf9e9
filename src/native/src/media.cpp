#include "media_network.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace vs::media {

namespace {

thread_local std::string last_log;

void keep_error(void *context, int level, const char *format, va_list arguments) {
    if (level > AV_LOG_ERROR) return;
    char line[512];
    int prefix = 0;
    av_log_format_line2(context, level, format, arguments, line, sizeof line, &prefix);
    try {
        // "[mov,mp4 @ 0x55d0]" tells a user nothing.
        std::string text = line;
        if (auto end = text.find("] "); !text.empty() && text[0] == '[' && end != std::string::npos) text.erase(0, end + 2);
        while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
        if (!text.empty()) last_log = without_secrets(text);
    } catch (...) {
        return; // no memory for the sentence
    }
}

} // namespace

void quiet() {
    static std::once_flag once;
    std::call_once(once, [] {
        av_log_set_callback(keep_error);
        setenv("SVT_LOG", "1", 0); // SVT-AV1 logs to stderr by itself; 1 leaves its errors
    });
}

Packet new_packet() {
    Packet packet(av_packet_alloc());
    if (!packet) throw std::bad_alloc();
    return packet;
}

FramePtr new_frame() {
    FramePtr picture(av_frame_alloc());
    if (!picture) throw std::bad_alloc();
    return picture;
}

const std::string &logged() { return last_log; }

void clear_log() { last_log.clear(); }

std::string reason(int code) {
    char text[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(code, text, sizeof text);
    return last_log.empty() ? text : std::string(text) + " (" + last_log + ")";
}

int check(int code, vs_status status, const std::string &what) {
    if (code >= 0) return code;
    // A damaged file may ask for any amount; that is no lack of memory.
    if (code == AVERROR(ENOMEM) && status == VS_INPUT) throw failure(status, what + ": asks for more memory than there is.");
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    throw failure(status, what + ": " + reason(code) + ".");
}

LowPriorityThread::LowPriorityThread() : thread_([this] { loop(); }) {}

LowPriorityThread::~LowPriorityThread() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void LowPriorityThread::run(const std::function<void()> &job) {
    std::unique_lock lock(mutex_);
    job_ = &job;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !job_; });
    if (auto failure = std::exchange(failure_, nullptr)) std::rethrow_exception(failure);
}

void LowPriorityThread::loop() {
    // Lowering one's own priority needs no privilege; where it is refused, the thread still works.
    setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 8);
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || job_; });
        if (stop_) return;
        lock.unlock();
        std::exception_ptr failure;
        clear_log();
        try {
            (*job_)();
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        failure_ = failure;
        job_ = nullptr;
        changed_.notify_all();
    }
}

} // namespace vs::media
