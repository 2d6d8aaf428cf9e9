// Choosing, setting up and driving an encoder.
#pragma once

#include <deque>
#include <map>

#include "media_convert.hpp"
#include "media_filter.hpp"

namespace vs::media {

/// One frame for an encoder.
struct Picture {
    const uint8_t *rgb, *alpha = nullptr; // alpha: null, or of the same size
    const uint16_t *rgb16 = nullptr;      // null, or the same pixels with 16 bits a sample
    int64_t pts = 0, duration = 0;
    std::vector<uint8_t> captions; // closed captions (A53), or empty
};

/// Takes RGB frames, gives packets whose times are in the frames' time base.
class Encoder {
public:
    /// Opens the first encoder of the family that accepts the frame; throws VS_USAGE or VS_OUTPUT.
    Encoder(const std::string &name, const AVOutputFormat &format, const vs_media_sink_options &options);

    const AVCodecContext &context() const { return *codec_; }
    AVRational time_base() const { return time_base_; }
    /// The pixel format that is written.
    AVPixelFormat format() const { return codec_->pix_fmt; }
    void send(const Picture &picture);
    /// Whether closed captions are written into the video.
    bool takes_captions() const { return takes_captions_; }
    /// Encodes the last picture once more, where the frame rate is constant.
    void repeat(int64_t pts);
    bool holds_picture() const { return last_ != nullptr; }
    void drain();
    /// The next packet, or null while the encoder wants more frames or is done.
    Packet receive();

    /// The names of encoders, best first, that write a codec; the name itself where it is an encoder's.
    static std::vector<const AVCodec *> candidates(const std::string &codec);

private:
    void encode(AVFrame *picture);
    bool try_open(const AVCodec &encoder, const AVOutputFormat &format, const vs_media_sink_options &options,
                  std::string &refusal);

    std::string name_, refusal_;
    Codec codec_;
    AVRational time_base_;
    std::unique_ptr<FromRgb> converter_;
    std::unique_ptr<FilterGraph> palette_; // of GIF, one for each frame
    bool takes_captions_ = false;
    int64_t first_pts_ = AV_NOPTS_VALUE, last_pts_ = 0, last_duration_ = 0;
    FramePtr last_;
    std::map<int64_t, int64_t> durations_; // of frames inside the encoder, by pts
};

} // namespace vs::media
