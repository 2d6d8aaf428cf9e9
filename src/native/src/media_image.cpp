#include "media_image.hpp"

#include <algorithm>
#include <cmath>

namespace vs::media {

namespace {

AVPixelFormat format_for(const AVCodec &encoder, bool alpha, bool deep) {
    if (encoder.id == AV_CODEC_ID_MJPEG) return AV_PIX_FMT_YUVJ444P;
    if (encoder.id == AV_CODEC_ID_BMP) return alpha ? AV_PIX_FMT_BGRA : AV_PIX_FMT_BGR24;
    if (encoder.id == AV_CODEC_ID_WEBP) return AV_PIX_FMT_BGRA;
    if (deep && encoder.id == AV_CODEC_ID_PNG) return alpha ? AV_PIX_FMT_RGBA64BE : AV_PIX_FMT_RGB48BE;
    if (deep && encoder.id == AV_CODEC_ID_TIFF) return alpha ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGB48LE;
    return alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
}

} // namespace

std::vector<uint8_t> encode_image(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16, int width, int height,
                                  const std::string &codec, int quality) {
    const auto *encoder = avcodec_find_encoder_by_name(codec == "webp" ? "libwebp" : codec.c_str());
    if (!encoder) throw failure(VS_USAGE, codec + ": this FFmpeg has no such picture encoder.");
    Codec context(avcodec_alloc_context3(encoder));
    if (!context) throw std::bad_alloc();
    const auto format = format_for(*encoder, alpha != nullptr, rgb16 != nullptr);
    Color color;
    if (format == AV_PIX_FMT_YUVJ444P) color.matrix = AVCOL_SPC_SMPTE170M, color.range = AVCOL_RANGE_JPEG;
    context->width = width;
    context->height = height;
    context->pix_fmt = format;
    context->time_base = {1, 25};
    context->color_range = color.range;
    context->colorspace = color.matrix;
    context->thread_count = 1;
    if (encoder->id == AV_CODEC_ID_MJPEG) {
        // FFmpeg's scale runs from 1 (best) to 31.
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = static_cast<int>(std::lround(1 + (100 - std::clamp(quality, 1, 100)) * 0.3)) * FF_QP2LAMBDA;
        context->qmin = 1;
    }
    if (encoder->id == AV_CODEC_ID_WEBP) av_opt_set_double(context->priv_data, "quality", quality, 0);
    check(avcodec_open2(context.get(), encoder, nullptr), VS_OUTPUT, "a picture cannot be encoded");
    FromRgb converter({width, height, alpha != nullptr, depth_of(format) > 8}, width, height, format, color);
    auto &picture = converter.convert(rgb, alpha, rgb16);
    picture.pts = 0;
    picture.quality = context->global_quality;
    check(avcodec_send_frame(context.get(), &picture), VS_OUTPUT, "a picture cannot be encoded");
    check(avcodec_send_frame(context.get(), nullptr), VS_OUTPUT, "a picture cannot be encoded");
    auto packet = new_packet();
    check(avcodec_receive_packet(context.get(), packet.get()), VS_OUTPUT, "a picture cannot be encoded");
    return {packet->data, packet->data + packet->size};
}

} // namespace vs::media
