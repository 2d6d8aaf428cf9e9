#include "media_sink.hpp"

namespace vs::media {

Sink::Sink(const std::string &path, const vs_media_sink_options &options, const Source *source)
    : name_(options.file_name && *options.file_name ? options.file_name : path == "-" ? "standard output" : path),
      picture_bytes_(int64_t{3} * options.width * options.height) {
    require(options.width > 0 && options.height > 0 && int64_t{options.width} * options.height <= max_pixels, "size of the output");
    require(options.time_base.num > 0 && options.time_base.den > 0, "time base of the output");
    const auto &format = container_for(options, path);
    const std::string codec = options.codec && *options.codec ? options.codec : usual_codec(format);
    encoder_ = std::make_unique<Encoder>(codec, format, options);
    muxer_ = std::make_unique<Muxer>(path, name_, format, options, *encoder_, source);
}

void Sink::write(const uint8_t *rgb, const uint8_t *alpha, int64_t pts, int64_t duration) {
    require(!finished_, "the sink was finished");
    require(last_pts_ == AV_NOPTS_VALUE || pts > last_pts_, "frames must be written in the order of their times");
    last_pts_ = pts;
    naming(name_, [&] {
        encoder_->send(rgb, alpha, pts, duration);
        drain_packets();
    });
}

void Sink::finish() {
    require(!finished_, "the sink was finished");
    finished_ = true;
    if (last_pts_ == AV_NOPTS_VALUE) throw failure(VS_OUTPUT, name_ + ": no frame was written.");
    naming(name_, [&] {
        encoder_->drain();
        drain_packets();
        muxer_->finish();
    });
}

void Sink::drain_packets() {
    while (auto packet = encoder_->receive()) muxer_->write_video(std::move(packet));
}

} // namespace vs::media
