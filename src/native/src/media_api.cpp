// The C functions of the media unit. Every codec lives and works on a thread of low priority.
#include <cstdio>
#include <cstring>

#include "media_image.hpp"
#include "media_png.hpp"
#include "media_sink.hpp"
#include "media_source.hpp"

using namespace vs;
using namespace vs::media;

// The thread is declared first: what it works on is destroyed before it.
struct vs_media_source {
    LowPriorityThread thread;
    std::unique_ptr<Source> source;
    ~vs_media_source() { thread.run([&] { source.reset(); }); }
};

struct vs_media_sink {
    LowPriorityThread thread;
    std::unique_ptr<Sink> sink;
    ~vs_media_sink() { thread.run([&] { sink.reset(); }); }
};

struct vs_media_bytes {
    std::vector<uint8_t> data;
};

namespace {

vs_status open_source(const std::string &name, const Content &content, const vs_media_source_options *options, vs_media_source **out) {
    require(options, "options");
    quiet();
    auto source = std::make_unique<vs_media_source>();
    source->thread.run([&] { source->source = std::make_unique<Source>(name, content, *options); });
    *out = source.release();
    return VS_OK;
}

vs_status copy_note(const std::vector<std::string> &notes, int32_t index, char *buffer, int32_t capacity) {
    require(buffer && capacity > 0 && index >= 0, "buffer and index");
    if (static_cast<size_t>(index) >= notes.size()) return VS_END;
    snprintf(buffer, static_cast<size_t>(capacity), "%s", notes[static_cast<size_t>(index)].c_str());
    return VS_OK;
}

} // namespace

const char *vs_media_version(void) {
    static const std::string text = [] {
        const auto number = [](const char *name, unsigned version) {
            return std::string(name) + " " + std::to_string(AV_VERSION_MAJOR(version)) + "." +
                   std::to_string(AV_VERSION_MINOR(version)) + "." + std::to_string(AV_VERSION_MICRO(version));
        };
        return std::string("FFmpeg ") + av_version_info() + " (" + number("libavcodec", avcodec_version()) + ", " +
               number("libavformat", avformat_version()) + ", " + number("libswscale", swscale_version()) + ")";
    }();
    return text.c_str();
}

int32_t vs_media_has_encoder(const char *name) {
    quiet();
    try {
        return name && !Encoder::candidates(name).empty();
    } catch (...) {
        return 0;
    }
}

vs_status vs_media_source_open(const char *path, const vs_media_source_options *options, vs_media_source **out) {
    return guard([&] {
        require(path && out, "path and out");
        return open_source(path, {}, options, out);
    });
}

vs_status vs_media_source_open_bytes(const char *name, const uint8_t *bytes, int64_t length,
                                     const vs_media_source_options *options, vs_media_source **out) {
    return guard([&] {
        require(name && out && (bytes || length == 0) && length >= 0, "name, bytes and out");
        return open_source(name, {std::make_shared<const std::vector<uint8_t>>(bytes, bytes + length)}, options, out);
    });
}

vs_status vs_media_source_open_pipe(const char *name, int32_t descriptor, const vs_media_source_options *options, vs_media_source **out) {
    return guard([&] {
        require(name && out && descriptor >= 0, "name, descriptor and out");
        return open_source(name, {nullptr, descriptor}, options, out);
    });
}

vs_status vs_media_source_info(vs_media_source *source, vs_media_info *out) {
    return guard([&] {
        require(source && out, "source and out");
        *out = source->source->info();
        return VS_OK;
    });
}

vs_status vs_media_source_stream(vs_media_source *source, int32_t index, vs_media_stream *out) {
    return guard([&] {
        require(source && out, "source and out");
        const auto &container = source->source->demuxer().container();
        require(index >= 0 && static_cast<unsigned>(index) < container.nb_streams, "index of the stream");
        const auto &stream = *container.streams[index];
        const auto type = stream.codecpar->codec_type;
        const auto *language = av_dict_get(stream.metadata, "language", nullptr, 0);
        out->kind = type == AVMEDIA_TYPE_VIDEO        ? VS_STREAM_VIDEO
                    : type == AVMEDIA_TYPE_AUDIO      ? VS_STREAM_AUDIO
                    : type == AVMEDIA_TYPE_SUBTITLE   ? VS_STREAM_SUBTITLE
                    : type == AVMEDIA_TYPE_ATTACHMENT ? VS_STREAM_ATTACHMENT
                                                      : VS_STREAM_DATA;
        snprintf(out->codec, sizeof out->codec, "%s", avcodec_get_name(stream.codecpar->codec_id));
        snprintf(out->language, sizeof out->language, "%s", language ? language->value : "");
        return VS_OK;
    });
}

vs_status vs_media_source_read(vs_media_source *source, uint8_t *rgb, int64_t rgb_length, uint8_t *alpha, uint16_t *rgb16,
                               int64_t *pts, int64_t *duration) {
    return guard([&] {
        require(source && rgb && pts && duration, "source and out");
        const auto &info = source->source->info();
        require(rgb_length == int64_t{3} * info.width * info.height, "length of the pixels");
        bool more = false;
        source->thread.run([&] { more = source->source->read(rgb, alpha, rgb16, *pts, *duration); });
        return more ? VS_OK : VS_END;
    });
}

vs_status vs_media_source_note(vs_media_source *source, int32_t index, char *buffer, int32_t capacity) {
    return guard([&] {
        require(source, "source");
        return copy_note(source->source->notes(), index, buffer, capacity);
    });
}

void vs_media_source_close(vs_media_source *source) { delete source; }

vs_status vs_media_sink_create(const char *path, const vs_media_sink_options *options, vs_media_source *source,
                               vs_media_sink **out) {
    return guard([&] {
        require(path && options && out, "path, options and out");
        quiet();
        auto sink = std::make_unique<vs_media_sink>();
        sink->thread.run([&] { sink->sink = std::make_unique<Sink>(path, *options, source ? source->source.get() : nullptr); });
        *out = sink.release();
        return VS_OK;
    });
}

vs_status vs_media_sink_follow(vs_media_sink *sink, vs_media_source *source, int64_t shift_us) {
    return guard([&] {
        require(sink && source, "sink and source");
        sink->thread.run([&] { sink->sink->follow(source->source->demuxer(), shift_us); });
        return VS_OK;
    });
}

vs_status vs_media_sink_write(vs_media_sink *sink, const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha, const uint16_t *rgb16,
                              int64_t pts, int64_t duration) {
    return guard([&] {
        require(sink && rgb, "sink and pixels");
        require(rgb_length == sink->sink->picture_bytes(), "length of the pixels");
        sink->thread.run([&] { sink->sink->write({rgb, alpha, rgb16, pts, duration, {}}); });
        return VS_OK;
    });
}

vs_status vs_media_sink_begin_segment(vs_media_sink *sink, const char *journal) {
    return guard([&] {
        require(sink, "sink");
        sink->thread.run([&] { sink->sink->begin_segment(journal); });
        return VS_OK;
    });
}

vs_status vs_media_sink_end_segment(vs_media_sink *sink) {
    return guard([&] {
        require(sink, "sink");
        sink->thread.run([&] { sink->sink->end_segment(); });
        return VS_OK;
    });
}

vs_status vs_media_sink_replay(vs_media_sink *sink, const char *journal) {
    return guard([&] {
        require(sink && journal, "sink and journal");
        sink->thread.run([&] { sink->sink->replay(journal); });
        return VS_OK;
    });
}

vs_status vs_media_sink_finish(vs_media_sink *sink) {
    return guard([&] {
        require(sink, "sink");
        sink->thread.run([&] { sink->sink->finish(); });
        return VS_OK;
    });
}

vs_status vs_media_sink_written(vs_media_sink *sink, vs_media_written *out) {
    return guard([&] {
        require(sink && out, "sink and out");
        *out = sink->sink->written();
        return VS_OK;
    });
}

vs_status vs_media_sink_note(vs_media_sink *sink, int32_t index, char *buffer, int32_t capacity) {
    return guard([&] {
        require(sink, "sink");
        return copy_note(sink->sink->notes(), index, buffer, capacity);
    });
}

void vs_media_sink_close(vs_media_sink *sink) { delete sink; }

vs_status vs_media_image_encode(const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha, const uint16_t *rgb16,
                                int32_t width, int32_t height, const char *codec, int32_t quality, vs_media_bytes **out) {
    return guard([&] {
        require(rgb && codec && out, "pixels, codec and out");
        require(width > 0 && height > 0 && int64_t{width} * height <= max_pixels && rgb_length == int64_t{3} * width * height,
                "size of the picture");
        quiet();
        clear_log();
        auto bytes = std::make_unique<vs_media_bytes>();
        bytes->data = encode_image(rgb, alpha, rgb16, width, height, codec, quality);
        *out = bytes.release();
        return VS_OK;
    });
}

vs_status vs_media_png_decode(const char *name, const uint8_t *file, int64_t length, vs_media_png *out_shape,
                              vs_media_bytes **out) {
    return guard([&] {
        require(name && file && out_shape && out, "name, file, shape and out");
        require(length >= 0 && length < INT32_MAX - AV_INPUT_BUFFER_PADDING_SIZE, "length of the file");
        quiet();
        clear_log();
        auto picture = naming(std::string(name) + ": cannot be read as PNG", [&] { return decode_png(file, length); });
        auto bytes = std::make_unique<vs_media_bytes>();
        bytes->data = std::move(picture.samples);
        *out_shape = picture.shape;
        *out = bytes.release();
        return VS_OK;
    });
}

vs_status vs_media_png_encode(const vs_media_png *shape, const uint8_t *samples, int64_t length, vs_media_bytes **out) {
    return guard([&] {
        require(shape && samples && out, "shape, samples and out");
        require((shape->channels == 1 || shape->channels == 3) && (shape->bit_depth == 8 || shape->bit_depth == 16), "kind of the picture");
        require(shape->width > 0 && shape->height > 0 && int64_t{shape->width} * shape->height <= max_pixels &&
                    length == int64_t{shape->width} * shape->height * shape->channels * (shape->bit_depth / 8),
                "size of the picture");
        quiet();
        clear_log();
        auto bytes = std::make_unique<vs_media_bytes>();
        bytes->data = encode_png(*shape, samples);
        *out = bytes.release();
        return VS_OK;
    });
}

const uint8_t *vs_media_bytes_data(const vs_media_bytes *bytes) { return bytes ? bytes->data.data() : nullptr; }
int64_t vs_media_bytes_length(const vs_media_bytes *bytes) { return bytes ? static_cast<int64_t>(bytes->data.size()) : 0; }
void vs_media_bytes_free(vs_media_bytes *bytes) { delete bytes; }
