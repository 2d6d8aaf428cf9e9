#include "media_sink.hpp"

#include "media_picture_notes.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

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

namespace {

constexpr int longest_gap_seconds = 600; // that is filled with repeated frames

// The rate at which frames come. FFmpeg's guess is the finest step of a variable rate, or counts fields; the average is right for
// the latter.
AVRational rate_of(const vs_media_sink_options &options, const Source *source) {
    const AVRational average{options.frame_rate.num, options.frame_rate.den};
    if (!source || options.live || source->options().rate.num > 0) return average;
    const auto guess = av_guess_frame_rate(&source->demuxer().container(), &source->demuxer().video(), nullptr);
    if (!is_known(guess) || av_q2d(guess) > 60.5) return average;
    const double times = is_known(average) ? av_q2d(guess) / av_q2d(average) : 0;
    return times > 1.5 && std::fabs(times - std::round(times)) < 0.01 ? average : guess;
}

} // namespace

Sink::Sink(const std::string &path, const vs_media_sink_options &options, const Source *source)
    : name_(options.file_name && *options.file_name ? options.file_name : shown(path, "standard output")),
      options_(options), format_(container_for(options, path)), codec_(options_.codec.empty() ? usual_codec(format_, options) : options_.codec),
      picture_bytes_(int64_t{3} * options.width * options.height) {
    require(options.width > 0 && options.height > 0 && int64_t{options.width} * options.height <= max_pixels, "size of the output");
    require(options.time_base.num > 0 && options.time_base.den > 0, "time base of the output");
    const int64_t shift_ns = use_constant_rate(source);
    open_encoder();
    muxer_ = std::make_unique<Muxer>(path, name_, format_, options_.value, *encoder_, source, shift_ns);
    picture_notes_ = picture_notes(name_, options_.value, *encoder_, source);
    if (!source || options.live) return; // live, frames have times of their own
    side_data_ = source->side_data();
    side_data_->attach(encoder_->takes_captions());
}

std::vector<std::string> Sink::notes() const {
    auto notes = picture_notes_;
    notes.insert(notes.end(), muxer_->notes().begin(), muxer_->notes().end()); // which become more
    return notes;
}

void Sink::follow(Demuxer &source, int64_t shift_us) { muxer_->follow(source, shift_us); }

void Sink::open_encoder() { encoder_ = std::make_unique<Encoder>(codec_, format_, options_.value); }

// Returns by how much that moves the first frame: the other streams move with it.
int64_t Sink::use_constant_rate(const Source *source) {
    auto &options = options_.value;
    const AVRational ticks{options.time_base.num, options.time_base.den};
    const auto rate = constant_rate_for(format_, codec_, ticks, rate_of(options, source));
    if (!is_known(rate)) return 0;
    ticks_ = ticks;
    options.frame_rate = {rate.num, rate.den};
    options.time_base = {rate.den, rate.num};
    if (!source || options.live) return 0;
    const AVRational nanosecond{1, 1'000'000'000};
    origin_ = av_rescale_q(source->first_pts(), source->demuxer().video().time_base, ticks);
    if (states_start(format_)) first_slot_ = av_rescale_q(origin_, ticks, av_inv_q(rate));
    return av_rescale_q(first_slot_, av_inv_q(rate), nanosecond) - av_rescale_q(origin_, ticks, nanosecond);
}

void Sink::write(Picture picture) {
    require(!finished_, "the sink was finished");
    require(encoder_ != nullptr, "a frame between two segments");
    require(last_pts_ == AV_NOPTS_VALUE || picture.pts > last_pts_, "frames must be written in the order of their times");
    last_pts_ = picture.pts;
    if (side_data_) picture.captions = side_data_->take_captions(picture.pts);
    naming(name_, [&] {
        if (is_known(ticks_)) write_at_constant_rate(picture);
        else encode(picture);
        drain_packets();
    });
}

// The number of a frame of constant rate. Counted from the first frame, whose time need not be a whole number of frames.
int64_t Sink::slot_of(int64_t pts) const {
    const AVRational slots{options_.value.time_base.num, options_.value.time_base.den};
    return first_slot_ + av_rescale_q(pts - origin_, ticks_, slots);
}

// What is shown between two frames depends on their segment alone, so that a resumed conversion gives the same file.
void Sink::write_at_constant_rate(Picture &picture) {
    const int64_t slot = slot_of(picture.pts), end = picture.duration > 0 ? slot_of(picture.pts + picture.duration) : slot + 1;
    if (next_slot_ == AV_NOPTS_VALUE) next_slot_ = slot;
    shown_until_ = std::max(shown_until_, end);
    if (slot < next_slot_) {
        dropped_++;
        return;
    }
    picture.duration = 1;
    if (next_slot_ < slot && !encoder_->holds_picture()) {
        picture.pts = next_slot_++;
        encode(picture);
        repeated_++;
    }
    repeat_until(slot);
    picture.pts = next_slot_++;
    encode(picture);
}

void Sink::repeat_until(int64_t slot) {
    if (av_compare_ts(slot - next_slot_, {options_.value.time_base.num, options_.value.time_base.den}, longest_gap_seconds, {1, 1}) > 0)
        throw failure(VS_USAGE, "the container " + std::string(format_.name) +
                                    " has a constant frame rate, and a frame is shown for over 10 minutes; mkv and mp4 hold such a video.");
    for (; next_slot_ < slot; repeated_++) {
        encoder_->repeat(next_slot_);
        count(next_slot_++, 1);
        drain_packets();
    }
}

void Sink::encode(const Picture &picture) {
    encoder_->send(picture);
    count(picture.pts, picture.duration);
}

void Sink::count(int64_t pts, int64_t duration) {
    auto &written = written_;
    written.first_pts = written.frames == 0 ? pts : std::min(written.first_pts, pts);
    written.last_pts = written.frames == 0 ? pts : std::max(written.last_pts, pts);
    written.end_pts = std::max(written.frames == 0 ? pts : written.end_pts, pts + std::max<int64_t>(duration, 0));
    written.frames++;
}

vs_media_written Sink::written() const {
    auto written = written_;
    written.time_base = options_.value.time_base;
    std::tie(written.audio, written.empty_audio) = muxer_->count(AVMEDIA_TYPE_AUDIO);
    std::tie(written.subtitles, written.empty_subtitles) = muxer_->count(AVMEDIA_TYPE_SUBTITLE);
    written.video_stream = muxer_->video_index();
    return written;
}

void Sink::begin_segment(const char *journal) {
    require(!finished_ && !in_segment_ && (written_.frames == 0 || !encoder_), "the segment before was not ended");
    if (journal) journal_ = std::make_unique<JournalWriter>(journal);
    in_segment_ = true;
    if (!encoder_) open_encoder();
}

void Sink::end_segment() {
    require(in_segment_, "no segment was begun");
    naming(name_, [&] { drain_encoder(); });
    encoder_.reset();
    in_segment_ = false;
    if (const auto journal = std::move(journal_)) journal->close();
}

void Sink::replay(const std::string &journal) {
    require(!finished_ && !in_segment_ && (written_.frames == 0 || !encoder_), "the segment before was not ended");
    encoder_.reset();
    JournalReader reader(journal);
    while (auto packet = reader.next()) {
        count(packet->pts, packet->duration);
        muxer_->write_video(std::move(packet));
    }
    if (is_known(ticks_)) next_slot_ = written_.last_pts + 1;
    else last_pts_ = written_.last_pts;
}

void Sink::finish() {
    require(!finished_, "the sink was finished");
    if (in_segment_) end_segment();
    finished_ = true;
    if (written_.frames == 0) throw failure(VS_OUTPUT, name_ + ": no frame was written.");
    naming(name_, [&] {
        if (encoder_) drain_encoder();
        muxer_->finish();
    });
    if (repeated_ + dropped_ > 0) {
        char rate[32];
        snprintf(rate, sizeof rate, "%.5g", av_q2d({options_.value.frame_rate.num, options_.value.frame_rate.den}));
        muxer_->add_note(std::string(format_.name) + " has a constant frame rate, " + rate + " frames a second here: " +
                         std::to_string(repeated_) + " of " + std::to_string(written_.frames) + " frames are repetitions, and " +
                         std::to_string(dropped_) + " were dropped.");
    }
}

// The last frame is shown as long as it was before.
void Sink::drain_encoder() {
    if (is_known(ticks_) && encoder_->holds_picture()) repeat_until(shown_until_);
    encoder_->drain();
    drain_packets();
}

void Sink::drain_packets() {
    while (auto packet = encoder_->receive()) {
        if (journal_) journal_->write(*packet);
        muxer_->write_video(std::move(packet));
    }
}

} // namespace vs::media
