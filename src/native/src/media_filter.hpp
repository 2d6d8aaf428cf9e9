// FFmpeg's filters after the decoder, or before the encoder.
#pragma once

#include "media.hpp"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace vs::media {

/// One video in, one video out.
class FilterGraph {
public:
    /// `like` gives size and format of what is pushed; `description` is FFmpeg's filter syntax.
    FilterGraph(const AVFrame &like, AVRational time_base, AVRational frame_rate, const std::string &description);

    bool accepts(const AVFrame &frame) const;
    /// Takes the frame's references; its time is in the time base given at construction.
    void push(AVFrame &frame);
    /// `end` is where the last frame stops being shown.
    void finish(int64_t end);
    /// Fills `frame` and returns true, or returns false: more is wanted, or after finish() nothing is left.
    bool pull(AVFrame &frame);
    bool finished() const { return finished_; }
    AVRational time_base() const { return av_buffersink_get_time_base(sink_); }

    static bool has(const char *filter) { return avfilter_get_by_name(filter) != nullptr; }

private:
    struct Free {
        void operator()(AVFilterGraph *graph) const { avfilter_graph_free(&graph); }
    };
    std::unique_ptr<AVFilterGraph, Free> graph_;
    AVFilterContext *source_ = nullptr, *sink_ = nullptr;
    int width_, height_, format_;
    bool finished_ = false;
};

} // namespace vs::media
