// PNG as data instead of as an image: flow and masks, whose samples must arrive exactly or not at all.
#include "media_png.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
#include <libavutil/intreadwrite.h>
}

namespace vs::media {

namespace {

constexpr uint8_t end_chunk[] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xAE, 0x42, 0x60, 0x82};
constexpr int64_t smallest = 8 + 25 + 12; // signature, header, end
constexpr int64_t max_inflation = 1032;  // of deflate

int64_t bits_per_pixel(int color_type, int depth) {
    const int channels = color_type == 2 ? 3 : color_type == 4 ? 2 : color_type == 6 ? 4 : 1;
    return int64_t{channels} * depth;
}

/// FFmpeg allocates what the header announces before it inflates anything, and takes a file without its last chunk.
void check_frame(const uint8_t *file, int64_t length) {
    if (length < smallest) throw failure(VS_INPUT, "it ends early.");
    if (std::memcmp(file + 12, "IHDR", 4) != 0) throw failure(VS_INPUT, "it does not begin with a header.");
    const int64_t width = AV_RB32(file + 16), height = AV_RB32(file + 20);
    if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX || width > max_pixels / height)
        throw failure(VS_INPUT, "its size " + std::to_string(width) + "x" + std::to_string(height) + " is out of range.");
    if ((width * bits_per_pixel(file[25], file[24]) + 7) / 8 * height > max_inflation * length)
        throw failure(VS_INPUT, "its compressed data ends early.");
    if (std::find_end(file, file + length, std::begin(end_chunk), std::end(end_chunk)) == file + length)
        throw failure(VS_INPUT, "it ends early.");
}

FramePtr decode(const uint8_t *file, int64_t length) {
    const auto *decoder = avcodec_find_decoder(AV_CODEC_ID_PNG);
    if (!decoder) throw failure(VS_UNAVAILABLE, "this FFmpeg has no PNG decoder.");
    Codec context(avcodec_alloc_context3(decoder));
    if (!context) throw std::bad_alloc();
    context->thread_count = 1;
    context->max_pixels = max_pixels;
    context->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
    check(avcodec_open2(context.get(), decoder, nullptr), VS_INPUT, "it is damaged");
    auto packet = new_packet();
    check(av_new_packet(packet.get(), static_cast<int>(length)), VS_NO_MEMORY, "out of memory");
    std::memcpy(packet->data, file, static_cast<size_t>(length));
    auto picture = new_frame();
    check(avcodec_send_packet(context.get(), packet.get()), VS_INPUT, "it is damaged");
    check(avcodec_send_packet(context.get(), nullptr), VS_INPUT, "it is damaged");
    check(avcodec_receive_frame(context.get(), picture.get()), VS_INPUT, "it is damaged");
    // Rows that are missing are no error to FFmpeg, whatever it is asked to recognise: it says so and leaves them black.
    if (!logged().empty()) throw failure(VS_INPUT, "it is damaged: " + logged() + ".");
    return picture;
}

/// What a row of the format holds: channels and bits; a palette is resolved and single bits are spread.
vs_media_png shape_of(const AVFrame &picture) {
    const auto shape = [&](int channels, int bits) { return vs_media_png{picture.width, picture.height, channels, bits}; };
    switch (picture.format) {
    case AV_PIX_FMT_MONOBLACK:
    case AV_PIX_FMT_GRAY8: return shape(1, 8);
    case AV_PIX_FMT_GRAY16BE: return shape(1, 16);
    case AV_PIX_FMT_YA8: return shape(2, 8);
    case AV_PIX_FMT_YA16BE: return shape(2, 16);
    case AV_PIX_FMT_PAL8:
    case AV_PIX_FMT_RGB24: return shape(3, 8);
    case AV_PIX_FMT_RGB48BE: return shape(3, 16);
    case AV_PIX_FMT_RGBA: return shape(4, 8);
    case AV_PIX_FMT_RGBA64BE: return shape(4, 16);
    default: throw failure(VS_INPUT, "its colour type is not supported.");
    }
}

void copy_row(const AVFrame &picture, int y, uint8_t *to, size_t bytes) {
    const auto *row = picture.data[0] + static_cast<ptrdiff_t>(y) * picture.linesize[0];
    if (picture.format == AV_PIX_FMT_MONOBLACK) {
        for (int x = 0; x < picture.width; x++) to[x] = (row[x / 8] >> (7 - x % 8) & 1) ? 255 : 0;
    } else if (picture.format == AV_PIX_FMT_PAL8) {
        for (int x = 0; x < picture.width; x++) {
            uint32_t colour; // 0xAARRGGBB in the byte order of the machine
            std::memcpy(&colour, picture.data[1] + 4 * row[x], sizeof colour);
            to[3 * x] = colour >> 16 & 255, to[3 * x + 1] = colour >> 8 & 255, to[3 * x + 2] = colour & 255;
        }
    } else {
        std::memcpy(to, row, bytes);
    }
}

AVPixelFormat format_for(const vs_media_png &shape) {
    if (shape.bit_depth == 16) return shape.channels == 3 ? AV_PIX_FMT_RGB48BE : AV_PIX_FMT_GRAY16BE;
    return shape.channels == 3 ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8;
}

} // namespace

PngImage decode_png(const uint8_t *file, int64_t length) {
    check_frame(file, length);
    const auto picture = decode(file, length);
    PngImage result{shape_of(*picture), {}};
    const auto bytes = static_cast<size_t>(result.shape.channels) * result.shape.bit_depth / 8 * result.shape.width;
    result.samples.resize(bytes * result.shape.height);
    for (int y = 0; y < picture->height; y++) copy_row(*picture, y, result.samples.data() + bytes * y, bytes);
    return result;
}

std::vector<uint8_t> encode_png(const vs_media_png &shape, const uint8_t *samples) {
    const auto *encoder = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (!encoder) throw failure(VS_UNAVAILABLE, "This FFmpeg has no PNG encoder.");
    Codec context(avcodec_alloc_context3(encoder));
    if (!context) throw std::bad_alloc();
    context->width = shape.width;
    context->height = shape.height;
    context->pix_fmt = format_for(shape);
    context->time_base = {1, 25};
    context->thread_count = 1;
    // The difference to the row above suits masks and smooth colours; FFmpeg's default stores the samples themselves.
    av_opt_set(context->priv_data, "pred", "up", 0);
    check(avcodec_open2(context.get(), encoder, nullptr), VS_OUTPUT, "a PNG cannot be encoded");
    auto picture = new_frame();
    picture->width = shape.width;
    picture->height = shape.height;
    picture->format = context->pix_fmt;
    check(av_frame_get_buffer(picture.get(), 0), VS_NO_MEMORY, "out of memory");
    const auto bytes = static_cast<size_t>(shape.channels) * shape.bit_depth / 8 * shape.width;
    for (int y = 0; y < shape.height; y++)
        std::memcpy(picture->data[0] + static_cast<ptrdiff_t>(y) * picture->linesize[0], samples + bytes * y, bytes);
    check(avcodec_send_frame(context.get(), picture.get()), VS_OUTPUT, "a PNG cannot be encoded");
    check(avcodec_send_frame(context.get(), nullptr), VS_OUTPUT, "a PNG cannot be encoded");
    auto packet = new_packet();
    check(avcodec_receive_packet(context.get(), packet.get()), VS_OUTPUT, "a PNG cannot be encoded");
    return {packet->data, packet->data + packet->size};
}

} // namespace vs::media
