#include "media_filter.hpp"

#include <algorithm>
#include <cstdio>

namespace vs::media {

namespace {

struct FreePads {
    void operator()(AVFilterInOut *pads) const { avfilter_inout_free(&pads); }
};

AVFilterInOut *new_pad(const char *name, AVFilterContext *filter) {
    auto *pad = avfilter_inout_alloc();
    if (!pad) throw std::bad_alloc();
    pad->name = av_strdup(name);
    pad->filter_ctx = filter;
    return pad;
}

} // namespace

FilterGraph::FilterGraph(const AVFrame &like, AVRational time_base, AVRational frame_rate, const std::string &description)
    : graph_(avfilter_graph_alloc()), width_(like.width), height_(like.height), format_(like.format) {
    if (!graph_) throw std::bad_alloc();
    graph_->nb_threads = 1;
    char input[256];
    snprintf(input, sizeof input, "video_size=%dx%d:pix_fmt=%d:time_base=%d/%d:pixel_aspect=%d/%d", width_, height_, format_,
             time_base.num, time_base.den, like.sample_aspect_ratio.num, std::max(like.sample_aspect_ratio.den, 1));
    std::string arguments = input;
    if (is_known(frame_rate))
        arguments += ":frame_rate=" + std::to_string(frame_rate.num) + "/" + std::to_string(frame_rate.den);
    const std::string what = "the pictures cannot be filtered (" + description + ")";
    check(avfilter_graph_create_filter(&source_, avfilter_get_by_name("buffer"), "in", arguments.c_str(), nullptr, graph_.get()),
          VS_INPUT, what);
    check(avfilter_graph_create_filter(&sink_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr, graph_.get()), VS_INPUT,
          what);
    AVFilterInOut *from = new_pad("in", source_), *to = new_pad("out", sink_);
    const int code = avfilter_graph_parse_ptr(graph_.get(), description.c_str(), &to, &from, nullptr);
    std::unique_ptr<AVFilterInOut, FreePads> from_owner(from), to_owner(to);
    check(code, VS_INPUT, what);
    check(avfilter_graph_config(graph_.get(), nullptr), VS_INPUT, what);
}

bool FilterGraph::accepts(const AVFrame &frame) const {
    return !finished_ && frame.width == width_ && frame.height == height_ && frame.format == format_;
}

void FilterGraph::push(AVFrame &frame) { check(av_buffersrc_add_frame(source_, &frame), VS_INPUT, "a picture cannot be filtered"); }

void FilterGraph::finish(int64_t end) {
    if (!std::exchange(finished_, true)) check(av_buffersrc_close(source_, end, 0), VS_INPUT, "a picture cannot be filtered");
}

bool FilterGraph::pull(AVFrame &frame) {
    av_frame_unref(&frame);
    const int code = av_buffersink_get_frame(sink_, &frame);
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
    check(code, VS_INPUT, "a picture cannot be filtered");
    return true;
}

} // namespace vs::media
