// Streams beside the video in a codec that the container can hold.
#pragma once

#include "media.hpp"

namespace vs::media {

/// Turns packets of one stream into packets of another codec.
class Transcoder {
public:
    virtual ~Transcoder() = default;

    /// The encoder, which describes the stream.
    virtual const AVCodecContext &encoder() const = 0;
    /// Appends what comes of a packet; null for the end of the stream. Damage in it is passed over and counted.
    virtual void send(const AVPacket *packet, std::vector<Packet> &out) = 0;
    /// Makes the stream at least this long, from 0 on, by silence.
    virtual void fill(int64_t until_us, std::vector<Packet> &out) = 0;
    /// What became of damage, to be put behind the stream's name; empty where there was none.
    virtual std::string note() const = 0;
};

struct AudioTarget {
    AVCodecID codec;
    bool whole_padding = false; // the container cannot state the encoder's delay: it is made whole packets, which are left out
    int sample_rate = 0;        // the only one that the container takes; 0: any
    int64_t shift_ns = 0;       // added to the times
    bool global_header = false;
};

/// Throws a failure where the source's codec cannot be decoded, or the target's not be encoded.
std::unique_ptr<Transcoder> transcode_audio(const AVStream &from, const AudioTarget &target);
/// Both codecs are text.
std::unique_ptr<Transcoder> transcode_subtitle(const AVStream &from, AVCodecID codec);

/// Opens the decoder of a stream, on one thread.
Codec open_decoder(const AVStream &stream);
/// Whether this FFmpeg writes a codec with an encoder that is not experimental.
bool can_encode(AVCodecID codec);
/// The largest number of channels of a codec's encoders.
int most_channels(AVCodecID codec);

} // namespace vs::media
