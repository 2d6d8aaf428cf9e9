#include "media_transcode.hpp"
#include "media_versions.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/audio_fifo.h>
}

namespace vs::media {

namespace {

// Beyond these a clock has jumped, and sound goes on where it was.
constexpr int longest_silence_seconds = 6 * 3600;
constexpr int longest_overlap_seconds = 10;
constexpr int pcm_frame = 1024;
constexpr int64_t nanoseconds = 1'000'000'000;

struct Rate {
    AVCodecID codec;
    int mono, stereo, each; // bits a second; `each` of more channels
};

// Where listening tests call them transparent for most sound.
const Rate rates[] = {
    {AV_CODEC_ID_OPUS, 96'000, 160'000, 64'000},   {AV_CODEC_ID_AAC, 128'000, 192'000, 80'000},
    {AV_CODEC_ID_MP3, 128'000, 192'000, 96'000},   {AV_CODEC_ID_MP2, 160'000, 256'000, 128'000},
    {AV_CODEC_ID_AC3, 128'000, 224'000, 0},        {AV_CODEC_ID_VORBIS, 96'000, 160'000, 64'000},
    {AV_CODEC_ID_WMAV2, 128'000, 192'000, 96'000},
};

int64_t bit_rate_for(AVCodecID codec, int channels) {
    for (const auto &rate : rates)
        if (rate.codec == codec)
            return channels == 1 ? rate.mono : channels == 2 ? rate.stereo : rate.each ? int64_t{rate.each} * channels : 448'000;
    return 0;
}

// Lower rates would be other versions of MPEG audio, which many players lack. Opus is heard at 48 kHz whatever it is fed with, and
// Matroska counts its delay so.
std::vector<int> rates_for(const AVCodec &encoder) {
    if (encoder.id == AV_CODEC_ID_OPUS) return {48000};
    if (encoder.id == AV_CODEC_ID_MP2 || encoder.id == AV_CODEC_ID_MP3) return {32000, 44100, 48000};
    std::vector<int> list;
    for (const int *rate = sample_rates_of(encoder); rate && *rate; rate++) list.push_back(*rate);
    return list;
}

// The same, or the next above, or the highest.
int choose_rate(const AVCodec &encoder, int wanted) {
    const auto list = rates_for(encoder);
    if (list.empty()) return wanted;
    int best = 0;
    for (int rate : list)
        if (rate >= wanted && (best == 0 || rate < best)) best = rate;
    return best ? best : *std::max_element(list.begin(), list.end());
}

AVSampleFormat choose_sample_format(const AVCodec &encoder, AVSampleFormat wanted) {
    const auto *list = sample_formats_of(encoder);
    if (!list || *list == AV_SAMPLE_FMT_NONE) return wanted;
    const auto has = [&](AVSampleFormat format) {
        for (const auto *item = list; *item != AV_SAMPLE_FMT_NONE; item++)
            if (*item == format) return true;
        return false;
    };
    for (auto format : {wanted, av_get_planar_sample_fmt(wanted), av_get_packed_sample_fmt(wanted), AV_SAMPLE_FMT_FLTP, AV_SAMPLE_FMT_FLT})
        if (has(format)) return format;
    return *list;
}

int count_of(uint64_t layout) {
    int count = 0;
    for (; layout; layout &= layout - 1) count++;
    return count;
}

// AAC, Opus and AC-3 name their surround speakers in one way only, so that 5.1(side) is written as 5.1 with the same channels.
uint64_t choose_layout(const AVCodec &encoder, uint64_t wanted) {
    const auto list = layouts_of(encoder);
    const int channels = std::min(count_of(wanted), most_channels(encoder.id));
    const auto has = [&](uint64_t layout) { return list.empty() || std::find(list.begin(), list.end(), layout) != list.end(); };
    const bool renamed = wanted == AV_CH_LAYOUT_5POINT1 || wanted == AV_CH_LAYOUT_5POINT0;
    if (channels == count_of(wanted) && has(wanted) && !(renamed && list.empty())) return wanted;
    const uint64_t back = wanted == AV_CH_LAYOUT_5POINT0 ? AV_CH_LAYOUT_5POINT0_BACK : default_layout(channels);
    for (uint64_t layout : {back, default_layout(channels)})
        if (has(layout)) return layout;
    for (uint64_t layout : list)
        if (count_of(layout) == channels) return layout;
    return list.empty() ? AV_CH_LAYOUT_STEREO : list.back();
}

/// Brings sound of any format to that of an encoder.
class Resampler {
public:
    Resampler(const AVFrame &like, const AVCodecContext &to);
    bool accepts(const AVFrame &frame) const {
        return frame.format == format_ && frame.sample_rate == rate_ && layout_of(frame) == layout_;
    }
    /// Null: the end.
    void push(AVFrame *frame) { check(av_buffersrc_add_frame(source_, frame), VS_INPUT, "sound cannot be resampled"); }
    bool pull(AVFrame &frame) {
        av_frame_unref(&frame);
        const int code = av_buffersink_get_frame(sink_, &frame);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return false;
        check(code, VS_INPUT, "sound cannot be resampled");
        return true;
    }

private:
    struct Free {
        void operator()(AVFilterGraph *graph) const { avfilter_graph_free(&graph); }
    };
    std::unique_ptr<AVFilterGraph, Free> graph_;
    AVFilterContext *source_ = nullptr, *sink_ = nullptr;
    int format_, rate_;
    uint64_t layout_;
};

Resampler::Resampler(const AVFrame &like, const AVCodecContext &to)
    : graph_(avfilter_graph_alloc()), format_(like.format), rate_(like.sample_rate), layout_(layout_of(like)) {
    if (!graph_) throw std::bad_alloc();
    graph_->nb_threads = 1;
    char from[256], into[256];
    snprintf(from, sizeof from, "time_base=1/%d:sample_rate=%d:sample_fmt=%s:channel_layout=0x%" PRIx64, rate_, rate_,
             av_get_sample_fmt_name(static_cast<AVSampleFormat>(format_)), layout_);
    snprintf(into, sizeof into, "sample_rates=%d:sample_fmts=%s:channel_layouts=0x%" PRIx64, to.sample_rate,
             av_get_sample_fmt_name(to.sample_fmt), layout_of(to));
    AVFilterContext *format = nullptr;
    const char *what = "sound cannot be resampled";
    const auto add = [&](AVFilterContext *&filter, const char *name, const char *arguments) {
        check(avfilter_graph_create_filter(&filter, avfilter_get_by_name(name), name, arguments, nullptr, graph_.get()), VS_INPUT, what);
    };
    add(source_, "abuffer", from);
    add(format, "aformat", into);
    add(sink_, "abuffersink", nullptr);
    check(avfilter_link(source_, 0, format, 0), VS_INPUT, what);
    check(avfilter_link(format, 0, sink_, 0), VS_INPUT, what);
    check(avfilter_graph_config(graph_.get(), nullptr), VS_INPUT, what);
}

FramePtr new_sound(AVSampleFormat format, int rate, uint64_t layout, int samples) {
    auto frame = new_frame();
    frame->format = format;
    frame->sample_rate = rate;
    frame->nb_samples = samples;
    set_layout(*frame, layout);
    check(av_frame_get_buffer(frame.get(), 0), VS_NO_MEMORY, "sound");
    return frame;
}

struct FreeFifo {
    void operator()(AVAudioFifo *fifo) const { av_audio_fifo_free(fifo); }
};

class AudioTranscoder final : public Transcoder {
public:
    AudioTranscoder(const AVStream &from, const AudioTarget &target);
    const AVCodecContext &encoder() const override { return *encoder_; }
    void send(const AVPacket *packet, std::vector<Packet> &out) override;
    void fill(int64_t until_us, std::vector<Packet> &out) override;
    std::string note() const override;

private:
    void open_encoder(const AVStream &from, const AudioTarget &target);
    void decode(const AVPacket *packet, std::vector<Packet> &out);
    void take(const AVFrame &frame, std::vector<Packet> &out);
    void silence(const AVFrame &like, int64_t samples, std::vector<Packet> &out);
    void resample(AVFrame *frame, std::vector<Packet> &out);
    void drain(bool ended, std::vector<Packet> &out);
    void encode(AVFrame *frame, std::vector<Packet> &out);

    Codec decoder_, encoder_;
    AVRational time_base_; // of the packets that come in
    int64_t shift_ns_;
    bool jitters_, leaves_padding_out_, started_ = false, ended_ = false;
    std::unique_ptr<Resampler> resampler_;
    std::unique_ptr<AVAudioFifo, FreeFifo> fifo_;
    int rate_;              // of the source
    int64_t next_ = 0;      // where the next sample belongs, counted in the source's samples from 0 s
    int64_t offset_ = 0;    // of a clock that has jumped, likewise
    int64_t written_ = 0;   // samples given to the encoder, less the padding that is left out
    int64_t damaged_ = 0;
    std::string failure_;
};

AudioTranscoder::AudioTranscoder(const AVStream &from, const AudioTarget &target)
    : decoder_(open_decoder(from)), time_base_(from.time_base), shift_ns_(target.shift_ns),
      // Windows Media packets hold parts of frames, so that their times are near but not exact.
      jitters_(from.codecpar->codec_id == AV_CODEC_ID_WMAV1 || from.codecpar->codec_id == AV_CODEC_ID_WMAV2 ||
               from.codecpar->codec_id == AV_CODEC_ID_WMAPRO || from.codecpar->codec_id == AV_CODEC_ID_WMAVOICE),
      leaves_padding_out_(target.whole_padding), rate_(from.codecpar->sample_rate) {
    open_encoder(from, target);
    fifo_.reset(av_audio_fifo_alloc(encoder_->sample_fmt, channels_of(*encoder_), std::max(encoder_->frame_size, pcm_frame)));
    if (!fifo_) throw std::bad_alloc();
    if (leaves_padding_out_ && encoder_->frame_size > 0)
        if (const int rest = encoder_->initial_padding % encoder_->frame_size; rest > 0) {
            const int more = encoder_->frame_size - rest;
            const auto quiet = new_sound(encoder_->sample_fmt, encoder_->sample_rate, layout_of(*encoder_), more);
            av_samples_set_silence(quiet->extended_data, 0, more, channels_of(*encoder_), encoder_->sample_fmt);
            check(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void **>(quiet->extended_data), more), VS_NO_MEMORY, "sound");
            written_ = -more;
        }
}

void AudioTranscoder::open_encoder(const AVStream &from, const AudioTarget &target) {
    const auto *codec = avcodec_find_encoder(target.codec);
    const auto &source = *from.codecpar;
    const std::string what = std::string(avcodec_get_name(target.codec)) + " cannot be encoded";
    if (!codec) throw failure(VS_USAGE, what + " by this FFmpeg.");
    encoder_.reset(avcodec_alloc_context3(codec));
    if (!encoder_) throw std::bad_alloc();
    const uint64_t layout = layout_of(source);
    if (layout == 0 || source.sample_rate <= 0) throw failure(VS_INPUT, "its channels are not known.");
    encoder_->sample_rate = choose_rate(*codec, target.sample_rate > 0 ? target.sample_rate : source.sample_rate);
    const auto stored = source.format == AV_SAMPLE_FMT_NONE ? AV_SAMPLE_FMT_FLTP : static_cast<AVSampleFormat>(source.format);
    encoder_->sample_fmt = choose_sample_format(*codec, stored);
    set_layout(*encoder_, choose_layout(*codec, layout));
    encoder_->bit_rate = bit_rate_for(target.codec, channels_of(*encoder_));
    encoder_->time_base = {1, encoder_->sample_rate};
    encoder_->thread_count = 1;
    if (target.global_header) encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    // Bits borrowed from a packet that is left out would be missed in the next.
    if (target.whole_padding && codec->priv_class && av_opt_find(encoder_->priv_data, "reservoir", nullptr, 0, 0))
        av_opt_set(encoder_->priv_data, "reservoir", "0", 0);
    clear_log();
    check(avcodec_open2(encoder_.get(), codec, nullptr), VS_USAGE, what);
}

void AudioTranscoder::send(const AVPacket *packet, std::vector<Packet> &out) {
    if (ended_) return;
    try {
        decode(packet, out);
        if (packet) return;
        ended_ = true;
        resample(nullptr, out);
        drain(true, out);
        encode(nullptr, out);
    } catch (const failure &e) {
        // The video is worth more than the rest of one sound.
        ended_ = true;
        failure_ = e.what();
    }
}

void AudioTranscoder::fill(int64_t until_us, std::vector<Packet> &out) {
    const int64_t missing = av_rescale(until_us, rate_, AV_TIME_BASE) - next_;
    if (ended_ || missing <= 0) return;
    try {
        silence(*new_sound(encoder_->sample_fmt, rate_, layout_of(*encoder_), 1), missing, out);
    } catch (const failure &e) {
        ended_ = true;
        failure_ = e.what();
    }
}

void AudioTranscoder::decode(const AVPacket *packet, std::vector<Packet> &out) {
    int code = avcodec_send_packet(decoder_.get(), packet);
    if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
    if (code < 0 && code != AVERROR_EOF) damaged_++;
    const auto frame = new_frame();
    while (code >= 0 || code == AVERROR_EOF) {
        code = avcodec_receive_frame(decoder_.get(), frame.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) break;
        if (code == AVERROR(ENOMEM)) throw std::bad_alloc();
        if (code < 0) damaged_++;
        else if (frame->nb_samples > 0 && frame->sample_rate > 0) take(*frame, out);
    }
    clear_log();
}

// Puts sound where it belongs: what is missing becomes silence, what comes twice is left out.
void AudioTranscoder::take(const AVFrame &frame, std::vector<Packet> &out) {
    if (frame.sample_rate != rate_) {
        next_ = av_rescale(next_, frame.sample_rate, rate_);
        offset_ = av_rescale(offset_, frame.sample_rate, rate_);
        rate_ = frame.sample_rate;
    }
    int skipped = 0;
    if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
        const int64_t place = av_rescale_q(frame.best_effort_timestamp, time_base_, {1, rate_}) + av_rescale(shift_ns_, rate_, nanoseconds);
        const int64_t gap = place - offset_ - next_;
        const int64_t rounding = std::max(av_rescale_q(2, time_base_, {1, rate_}), int64_t{rate_} * 3 / 1000);
        const int64_t tolerance = !started_ ? 0 : jitters_ ? rate_ / 10 : rounding;
        if (gap > int64_t{rate_} * longest_silence_seconds || gap < -int64_t{rate_} * longest_overlap_seconds) offset_ += gap;
        else if (gap > tolerance) silence(frame, gap, out);
        else if (gap < -tolerance) skipped = static_cast<int>(std::min<int64_t>(-gap, frame.nb_samples));
    }
    const int samples = frame.nb_samples - skipped;
    if (samples == 0) return;
    started_ = true;
    const auto layout = layout_of(frame);
    FramePtr sound(skipped == 0 ? av_frame_clone(&frame) : new_sound(static_cast<AVSampleFormat>(frame.format), rate_, layout, samples).release());
    if (!sound) throw std::bad_alloc();
    if (skipped > 0)
        av_samples_copy(sound->extended_data, frame.extended_data, 0, skipped, samples, channels_of(frame), static_cast<AVSampleFormat>(frame.format));
    set_layout(*sound, layout);
    sound->pts = next_;
    next_ += samples;
    resample(sound.get(), out);
    drain(false, out);
}

void AudioTranscoder::silence(const AVFrame &like, int64_t samples, std::vector<Packet> &out) {
    const auto format = static_cast<AVSampleFormat>(like.format);
    while (samples > 0) {
        const int count = static_cast<int>(std::min<int64_t>(samples, rate_));
        const auto quiet = new_sound(format, rate_, layout_of(like), count);
        av_samples_set_silence(quiet->extended_data, 0, count, channels_of(like), format);
        quiet->pts = next_;
        next_ += count, samples -= count;
        resample(quiet.get(), out);
        drain(false, out);
    }
}

// Sound may change its format within a stream, as at the end of an advertisement.
void AudioTranscoder::resample(AVFrame *frame, std::vector<Packet> &out) {
    if (resampler_ && (!frame || !resampler_->accepts(*frame))) {
        resampler_->push(nullptr);
        drain(false, out);
        resampler_.reset();
    }
    if (!frame) return;
    if (!resampler_) resampler_ = std::make_unique<Resampler>(*frame, *encoder_);
    resampler_->push(frame);
}

void AudioTranscoder::drain(bool ended, std::vector<Packet> &out) {
    const auto resampled = new_frame();
    while (resampler_ && resampler_->pull(*resampled))
        check(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void **>(resampled->extended_data), resampled->nb_samples), VS_NO_MEMORY, "sound");
    const int whole = encoder_->frame_size > 0 ? encoder_->frame_size : pcm_frame;
    for (int held; (held = av_audio_fifo_size(fifo_.get())) >= whole || (ended && held > 0);) {
        auto block = new_sound(encoder_->sample_fmt, encoder_->sample_rate, layout_of(*encoder_), std::min(held, whole));
        check(av_audio_fifo_read(fifo_.get(), reinterpret_cast<void **>(block->extended_data), block->nb_samples), VS_OUTPUT, "sound");
        block->pts = written_;
        written_ += block->nb_samples;
        encode(block.get(), out);
    }
}

void AudioTranscoder::encode(AVFrame *frame, std::vector<Packet> &out) {
    check(avcodec_send_frame(encoder_.get(), frame), VS_OUTPUT, "sound cannot be encoded");
    for (;;) {
        auto packet = new_packet();
        const int code = avcodec_receive_packet(encoder_.get(), packet.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
        check(code, VS_OUTPUT, "sound cannot be encoded");
        if (!leaves_padding_out_ || packet->pts >= 0) out.push_back(std::move(packet));
    }
}

std::string AudioTranscoder::note() const {
    if (!failure_.empty()) return "ends early: " + failure_;
    if (!started_) return "holds no sound that can be decoded.";
    return damaged_ > 0 ? "has " + std::to_string(damaged_) + " damaged packets, which are silent now." : "";
}

} // namespace

std::unique_ptr<Transcoder> transcode_audio(const AVStream &from, const AudioTarget &target) {
    return std::make_unique<AudioTranscoder>(from, target);
}

int most_channels(AVCodecID codec) {
    switch (codec) {
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:
    case AV_CODEC_ID_WMAV2: return 2;
    case AV_CODEC_ID_AC3: return 6;
    default: return av_get_exact_bits_per_sample(codec) > 0 ? 64 : 8; // of PCM, and of others
    }
}

} // namespace vs::media
