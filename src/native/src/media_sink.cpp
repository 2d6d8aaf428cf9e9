#include "media_sink.hpp"

#include "media_picture_notes.hpp"

#include <algorithm>

namespace vs::media {

Sink::Options::Options(const vs_media_sink_options &given) : value(given) {
    const auto own = [](const char *&pointer, std::string &text) {
        if (!pointer) return;
        text = pointer;
        pointer = text.c_str();
    };
    own(value.file_name, file_name);
    own(value.format, format);
    own(value.codec, codec);
    own(value.preset, preset);
    own(value.pixel_format, pixel_format);
    own(value.encoder_options, encoder_options);
}

Sink::Sink(const std::string &path, const vs_media_sink_options &options, const Source *source)
    : name_(options.file_name && *options.file_name ? options.file_name : path == "-" ? "standard output" : path),
      options_(options), format_(container_for(options, path)), picture_bytes_(int64_t{3} * options.width * options.height) {
    require(options.width > 0 && options.height > 0 && int64_t{options.width} * options.height <= max_pixels, "size of the output");
    require(options.time_base.num > 0 && options.time_base.den > 0, "time base of the output");
    open_encoder();
    muxer_ = std::make_unique<Muxer>(path, name_, format_, options, *encoder_, source);
    picture_notes_ = picture_notes(name_, options, *encoder_, source);
    if (!source) return;
    side_data_ = source->side_data();
    side_data_->attach(encoder_->takes_captions());
}

std::vector<std::string> Sink::notes() const {
    auto notes = muxer_->notes();
    notes.insert(notes.end(), picture_notes_.begin(), picture_notes_.end());
    return notes;
}

void Sink::open_encoder() {
    const std::string codec = options_.codec.empty() ? usual_codec(format_, options_.value) : options_.codec;
    encoder_ = std::make_unique<Encoder>(codec, format_, options_.value);
}

void Sink::write(Picture picture) {
    require(!finished_, "the sink was finished");
    require(encoder_ != nullptr, "a frame between two segments");
    require(last_pts_ == AV_NOPTS_VALUE || picture.pts > last_pts_, "frames must be written in the order of their times");
    last_pts_ = picture.pts;
    if (side_data_) picture.captions = side_data_->take_captions(picture.pts);
    naming(name_, [&] {
        encoder_->send(picture);
        drain_packets();
    });
}

void Sink::begin_segment(const char *journal) {
    require(!finished_ && !in_segment_ && (last_pts_ == AV_NOPTS_VALUE || !encoder_), "the segment before was not ended");
    if (journal) journal_ = std::make_unique<JournalWriter>(journal);
    in_segment_ = true;
    if (!encoder_) open_encoder();
}

void Sink::end_segment() {
    require(in_segment_, "no segment was begun");
    naming(name_, [&] {
        encoder_->drain();
        drain_packets();
    });
    encoder_.reset();
    in_segment_ = false;
    if (const auto journal = std::move(journal_)) journal->close();
}

void Sink::replay(const std::string &journal) {
    require(!finished_ && !in_segment_ && (last_pts_ == AV_NOPTS_VALUE || !encoder_), "the segment before was not ended");
    encoder_.reset();
    JournalReader reader(journal);
    while (auto packet = reader.next()) {
        last_pts_ = std::max(last_pts_, packet->pts);
        muxer_->write_video(std::move(packet));
    }
}

void Sink::finish() {
    require(!finished_, "the sink was finished");
    if (in_segment_) end_segment();
    finished_ = true;
    if (last_pts_ == AV_NOPTS_VALUE) throw failure(VS_OUTPUT, name_ + ": no frame was written.");
    naming(name_, [&] {
        if (encoder_) {
            encoder_->drain();
            drain_packets();
        }
        muxer_->finish();
    });
}

void Sink::drain_packets() {
    while (auto packet = encoder_->receive()) {
        if (journal_) journal_->write(*packet);
        muxer_->write_video(std::move(packet));
    }
}

} // namespace vs::media
