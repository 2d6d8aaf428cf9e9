#include "media_transcode.hpp"

#include <algorithm>

namespace vs::media {

Codec open_decoder(const AVStream &stream) {
    const auto id = stream.codecpar->codec_id;
    const auto *codec = avcodec_find_decoder(id);
    const std::string what = std::string(avcodec_get_name(id)) + " cannot be decoded";
    if (!codec) throw failure(VS_INPUT, what + " by this FFmpeg.");
    Codec decoder(avcodec_alloc_context3(codec));
    if (!decoder) throw std::bad_alloc();
    check(avcodec_parameters_to_context(decoder.get(), stream.codecpar), VS_INPUT, what);
    decoder->pkt_timebase = stream.time_base;
    decoder->thread_count = 1;
    clear_log();
    check(avcodec_open2(decoder.get(), codec, nullptr), VS_INPUT, what);
    return decoder;
}

bool can_encode(AVCodecID codec) {
    const auto *encoder = avcodec_find_encoder(codec);
    return encoder && !(encoder->capabilities & AV_CODEC_CAP_EXPERIMENTAL);
}

namespace {

constexpr int most_bytes = 1 << 20; // of one cue
const AVRational milliseconds{1, 1000};

class SubtitleTranscoder final : public Transcoder {
public:
    SubtitleTranscoder(const AVStream &from, AVCodecID codec);
    const AVCodecContext &encoder() const override { return *encoder_; }
    void send(const AVPacket *packet, std::vector<Packet> &out) override;
    void fill(int64_t, std::vector<Packet> &) override {}
    std::string note() const override {
        return damaged_ > 0 ? "has " + std::to_string(damaged_) + " damaged cues, which are left out." : "";
    }

private:
    void encode(AVSubtitle &cue, int64_t start, int64_t duration, std::vector<Packet> &out);

    Codec decoder_, encoder_;
    AVRational time_base_;
    std::vector<uint8_t> buffer_ = std::vector<uint8_t>(most_bytes);
    int64_t damaged_ = 0;
};

SubtitleTranscoder::SubtitleTranscoder(const AVStream &from, AVCodecID id) : decoder_(open_decoder(from)), time_base_(from.time_base) {
    const auto *codec = avcodec_find_encoder(id);
    const std::string what = std::string(avcodec_get_name(id)) + " cannot be encoded";
    if (!codec) throw failure(VS_USAGE, what + " by this FFmpeg.");
    encoder_.reset(avcodec_alloc_context3(codec));
    if (!encoder_) throw std::bad_alloc();
    encoder_->time_base = milliseconds;
    encoder_->width = decoder_->width, encoder_->height = decoder_->height;
    if (decoder_->subtitle_header_size > 0) {
        const auto size = static_cast<size_t>(decoder_->subtitle_header_size);
        encoder_->subtitle_header = static_cast<uint8_t *>(av_mallocz(size + 1));
        if (!encoder_->subtitle_header) throw std::bad_alloc();
        std::copy_n(decoder_->subtitle_header, size, encoder_->subtitle_header);
        encoder_->subtitle_header_size = decoder_->subtitle_header_size;
    }
    clear_log();
    check(avcodec_open2(encoder_.get(), codec, nullptr), VS_USAGE, what);
}

void SubtitleTranscoder::send(const AVPacket *packet, std::vector<Packet> &out) {
    if (!packet || packet->pts == AV_NOPTS_VALUE) return;
    AVSubtitle cue{};
    int found = 0;
    // It takes packets by a pointer that is not const, and leaves them as they are.
    const int code = avcodec_decode_subtitle2(decoder_.get(), &cue, &found, const_cast<AVPacket *>(packet));
    if (code < 0) damaged_++;
    else if (found && cue.num_rects > 0) {
        const int64_t shown = cue.end_display_time > cue.start_display_time && cue.end_display_time != UINT32_MAX
                                  ? cue.end_display_time - cue.start_display_time
                                  : av_rescale_q(packet->duration, time_base_, milliseconds);
        encode(cue, av_rescale_q(packet->pts, time_base_, milliseconds) + cue.start_display_time, shown, out);
    }
    if (found) avsubtitle_free(&cue);
    clear_log();
}

void SubtitleTranscoder::encode(AVSubtitle &cue, int64_t start, int64_t duration, std::vector<Packet> &out) {
    cue.pts = av_rescale_q(start, milliseconds, AV_TIME_BASE_Q);
    cue.start_display_time = 0;
    cue.end_display_time = static_cast<uint32_t>(std::clamp<int64_t>(duration, 0, INT32_MAX));
    const int size = avcodec_encode_subtitle(encoder_.get(), buffer_.data(), most_bytes, &cue);
    if (size <= 0) {
        damaged_ += size < 0;
        return;
    }
    auto packet = new_packet();
    check(av_new_packet(packet.get(), size), VS_NO_MEMORY, "a subtitle");
    std::copy_n(buffer_.data(), size, packet->data);
    packet->pts = packet->dts = start;
    packet->duration = duration;
    packet->flags |= AV_PKT_FLAG_KEY;
    out.push_back(std::move(packet));
}

} // namespace

std::unique_ptr<Transcoder> transcode_subtitle(const AVStream &from, AVCodecID codec) {
    return std::make_unique<SubtitleTranscoder>(from, codec);
}

} // namespace vs::media
