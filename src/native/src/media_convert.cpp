#include "media_convert.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace vs::media {

namespace {

// As av_frame_get_buffer does: encoders work in blocks and read in vectors.
constexpr int alignment = 64, spare = 64;

// Lines that are copied to where there is more behind them; a power of two.
constexpr int tail = 16;

constexpr int exact = SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

int full_range_of(AVPixelFormat format, AVColorRange range) {
    switch (format) {
    case AV_PIX_FMT_YUVJ420P: case AV_PIX_FMT_YUVJ422P: case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P: case AV_PIX_FMT_YUVJ411P:
        return 1;
    default:
        break;
    }
    if (range != AVCOL_RANGE_UNSPECIFIED) return range == AVCOL_RANGE_JPEG;
    const auto *descriptor = av_pix_fmt_desc_get(format);
    return descriptor && descriptor->nb_components <= 2; // grayscale without a tag is a still image, not a broadcast
}

const int *coefficients(AVColorSpace matrix, int width, int height) {
    if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RESERVED || matrix == AVCOL_SPC_RGB)
        matrix = matrix_for_size(width, height);
    return sws_getCoefficients(matrix == AVCOL_SPC_BT2020_CL ? AVCOL_SPC_BT2020_NCL : matrix);
}

// Where chroma samples lie between luma samples, in 1/256 of a luma sample.
void set_chroma_position(SwsContext *scaler, const char *side, AVPixelFormat format, AVChromaLocation location) {
    const auto *descriptor = av_pix_fmt_desc_get(format);
    if (!descriptor || (descriptor->flags & AV_PIX_FMT_FLAG_RGB)) return;
    bool centre_x = location == AVCHROMA_LOC_CENTER || location == AVCHROMA_LOC_TOP || location == AVCHROMA_LOC_BOTTOM;
    int y = location == AVCHROMA_LOC_TOP || location == AVCHROMA_LOC_TOPLEFT         ? 0
            : location == AVCHROMA_LOC_BOTTOM || location == AVCHROMA_LOC_BOTTOMLEFT ? 256
                                                                                     : 128;
    std::string name = side;
    if (descriptor->log2_chroma_w == 1) av_opt_set_int(scaler, (name + "_h_chr_pos").c_str(), centre_x ? 128 : 0, 0);
    if (descriptor->log2_chroma_h == 1) av_opt_set_int(scaler, (name + "_v_chr_pos").c_str(), y, 0);
}

Scaler new_scaler(int from_width, int from_height, AVPixelFormat from, int to_width, int to_height, AVPixelFormat to) {
    Scaler scaler(sws_alloc_context());
    if (!scaler) throw std::bad_alloc();
    av_opt_set_int(scaler.get(), "srcw", from_width, 0);
    av_opt_set_int(scaler.get(), "srch", from_height, 0);
    av_opt_set_int(scaler.get(), "src_format", from, 0);
    av_opt_set_int(scaler.get(), "dstw", to_width, 0);
    av_opt_set_int(scaler.get(), "dsth", to_height, 0);
    av_opt_set_int(scaler.get(), "dst_format", to, 0);
    // Where only chroma is interpolated, linear is what players do, and half the time of bicubic.
    const bool scales = from_width != to_width || from_height != to_height;
    av_opt_set_int(scaler.get(), "sws_flags", exact | (scales ? SWS_BICUBIC : SWS_BILINEAR), 0);
    return scaler;
}

FramePtr new_buffer(int width, int height, AVPixelFormat format) {
    auto picture = new_frame();
    picture->width = width;
    picture->height = height;
    picture->format = format;
    check(av_frame_get_buffer(picture.get(), 0), VS_INPUT, "a picture cannot be held");
    return picture;
}

// Where upright pixel (x, y) lies in a picture: at start + x * along_x, in row y.
struct Walk {
    const uint8_t *start;
    ptrdiff_t along_x;
};

Walk walk(const AVFrame &from, ptrdiff_t step, Orientation way, int y) {
    const int height = way.transpose ? from.width : from.height, width = way.transpose ? from.height : from.width;
    const int v = way.flip_y ? height - 1 - y : y, u0 = way.flip_x ? width - 1 : 0;
    const ptrdiff_t along_u = way.transpose ? from.linesize[0] : step, along_v = way.transpose ? step : from.linesize[0];
    return {from.data[0] + v * along_v + u0 * along_u, way.flip_x ? -along_u : along_u};
}

// `step` bytes a pixel, RGB first.
void copy_upright(const AVFrame &from, int step, Orientation way, uint8_t *rgb, uint8_t *alpha) {
    const int width = way.transpose ? from.height : from.width, height = way.transpose ? from.width : from.height;
    for (int y = 0; y < height; y++) {
        auto [source, advance] = walk(from, step, way, y);
        uint8_t *target = rgb + static_cast<ptrdiff_t>(3) * width * y;
        if (step == 3 && advance == 3) {
            memcpy(target, source, static_cast<size_t>(3) * width);
            continue;
        }
        for (int x = 0; x < width; x++, source += advance, target += 3) {
            target[0] = source[0], target[1] = source[1], target[2] = source[2];
            if (alpha) alpha[static_cast<ptrdiff_t>(width) * y + x] = source[3];
        }
    }
}

uint8_t to_byte(uint16_t value) { return static_cast<uint8_t>((value + 128 - (value >> 8)) >> 8); }

void copy_upright_deep(const AVFrame &from, int channels, Orientation way, uint8_t *rgb, uint8_t *alpha, uint16_t *rgb16) {
    const int width = way.transpose ? from.height : from.width, height = way.transpose ? from.width : from.height;
    for (int y = 0; y < height; y++) {
        auto [source, advance] = walk(from, 2 * channels, way, y);
        const ptrdiff_t row = static_cast<ptrdiff_t>(width) * y;
        for (int x = 0; x < width; x++, source += advance) {
            const auto *samples = reinterpret_cast<const uint16_t *>(source);
            for (int c = 0; c < 3; c++) {
                rgb16[3 * (row + x) + c] = samples[c];
                rgb[3 * (row + x) + c] = to_byte(samples[c]);
            }
            if (alpha) alpha[row + x] = to_byte(samples[3]);
        }
    }
}

// Bytes as they are, or widened so that 255 becomes 65535.
template <typename T>
T sample(const uint8_t *rgb, const uint16_t *rgb16, ptrdiff_t at) {
    if constexpr (sizeof(T) == 1) return rgb[at];
    else return rgb16 ? rgb16[at] : static_cast<uint16_t>(rgb[at] * 257);
}

} // namespace

int depth_of(AVPixelFormat format) {
    const auto *descriptor = av_pix_fmt_desc_get(format);
    return descriptor ? descriptor->comp[0].depth : 8;
}

bool has_alpha(AVPixelFormat format) {
    const auto *descriptor = av_pix_fmt_desc_get(format);
    return descriptor && (descriptor->flags & AV_PIX_FMT_FLAG_ALPHA) && format != AV_PIX_FMT_PAL8;
}

AVColorSpace matrix_for_size(int width, int height) {
    return width >= 1280 || height > 576 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

Orientation Orientation::from_matrix(const int32_t *m) {
    const auto a = static_cast<int64_t>(m[0]), b = static_cast<int64_t>(m[1]), c = static_cast<int64_t>(m[3]),
               d = static_cast<int64_t>(m[4]);
    if (std::llabs(a) + std::llabs(d) >= std::llabs(b) + std::llabs(c)) return {false, a < 0, d < 0};
    // x' = c y, y' = b x.
    return {true, c < 0, b < 0};
}

Orientation Orientation::from_exif(int value) {
    switch (value) {
    case 2: return {false, true, false};
    case 3: return {false, true, true};
    case 4: return {false, false, true};
    case 5: return {true, false, false};
    case 6: return {true, true, false};
    case 7: return {true, true, true};
    case 8: return {true, false, true};
    default: return {};
    }
}

void ToRgb::prepare(const AVFrame &from, int width, int height, AVPixelFormat format) {
    std::vector<int> key{from.width, from.height, from.format, from.colorspace, from.color_range, from.chroma_location,
                         width, height, format};
    if (key == key_) return;
    const auto source = static_cast<AVPixelFormat>(from.format);
    auto scaler = new_scaler(from.width, from.height, source, width, height, format);
    set_chroma_position(scaler.get(), "src", source, from.chroma_location);
    check(sws_init_context(scaler.get(), nullptr, nullptr), VS_INPUT, "the pixel format cannot be converted");
    // Refused where no YUV is involved, which needs no coefficients.
    sws_setColorspaceDetails(scaler.get(), coefficients(from.colorspace, from.width, from.height),
                             full_range_of(source, from.color_range), sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16,
                             1 << 16);
    // Padded lines: swscale may write a few bytes past the last pixel.
    scaled_ = new_buffer(width, height, format);
    scaler_ = std::move(scaler);
    key_ = std::move(key);
}

void ToRgb::convert(const AVFrame &from, int width, int height, Orientation orientation, uint8_t *rgb, uint8_t *alpha,
                    uint16_t *rgb16) {
    if (orientation.transpose) std::swap(width, height);
    const auto format = rgb16 ? (alpha ? AV_PIX_FMT_RGBA64 : AV_PIX_FMT_RGB48) : alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    prepare(from, width, height, format);
    check(sws_scale(scaler_.get(), from.data, from.linesize, 0, from.height, scaled_->data, scaled_->linesize), VS_INPUT,
          "a picture cannot be converted");
    if (rgb16) copy_upright_deep(*scaled_, alpha ? 4 : 3, orientation, rgb, alpha, rgb16);
    else copy_upright(*scaled_, alpha ? 4 : 3, orientation, rgb, alpha);
}

FromRgb::FromRgb(const RgbInput &input, int width, int height, AVPixelFormat format, Color color)
    : input_(input), width_(width), height_(height), format_(format), color_(color), alpha_(has_alpha(format)),
      whole_(alpha_ || input.alpha || width != input.width || height != input.height) {
    const auto packed = input.deep ? (alpha_ ? AV_PIX_FMT_RGBA64 : AV_PIX_FMT_RGB48) : alpha_ ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24;
    // A deep frame may come without its 16 bits.
    packed_ = new_buffer(width, whole_ || input.deep ? height : std::min(height, 2 * tail), packed);
    scaler_ = new_scaler(width, height, packed, width, height, format);
    set_chroma_position(scaler_.get(), "dst", format,
                        color.range == AVCOL_RANGE_JPEG && format == AV_PIX_FMT_YUVJ420P ? AVCHROMA_LOC_CENTER : AVCHROMA_LOC_LEFT);
    check(sws_init_context(scaler_.get(), nullptr, nullptr), VS_OUTPUT, "the pixel format cannot be converted");
    sws_setColorspaceDetails(scaler_.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, coefficients(color.matrix, width, height),
                             full_range_of(format, color.range), 0, 1 << 16, 1 << 16);
    picture_ = new_frame();
    const int size = av_image_get_buffer_size(format, width, FFALIGN(height, alignment), alignment);
    check(size, VS_OUTPUT, "a picture cannot be held");
    pool_.reset(av_buffer_pool_init(static_cast<size_t>(size) + spare, nullptr));
    if (!pool_) throw std::bad_alloc();
}

AVFrame &FromRgb::convert(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16) {
    take_picture();
    // swscale may read a few bytes past the last line, so that only the last lines are copied to where there are some.
    const bool packs = whole_ || (input_.deep && !rgb16);
    const int direct = packs ? 0 : std::max(0, height_ - tail) & ~(tail - 1);
    const uint8_t *const source[4] = {input_.deep ? reinterpret_cast<const uint8_t *>(rgb16) : rgb};
    const int line[4] = {(input_.deep ? 6 : 3) * width_};
    scale(source, line, 0, direct);
    pack(rgb, alpha, rgb16, direct);
    scale(packed_->data, packed_->linesize, direct, height_ - direct);
    picture_->colorspace = color_.matrix;
    picture_->color_primaries = color_.primaries;
    picture_->color_trc = color_.transfer;
    picture_->color_range = color_.range;
    return *picture_;
}

// An encoder may still hold the last frame, so each has a buffer of its own.
void FromRgb::take_picture() {
    av_frame_unref(picture_.get());
    picture_->buf[0] = av_buffer_pool_get(pool_.get());
    if (!picture_->buf[0]) throw std::bad_alloc();
    picture_->width = width_;
    picture_->height = height_;
    picture_->format = format_;
    check(av_image_fill_arrays(picture_->data, picture_->linesize, picture_->buf[0]->data, format_, width_, FFALIGN(height_, alignment),
                               alignment),
          VS_OUTPUT, "a picture cannot be held");
    picture_->extended_data = picture_->data;
}

// Copies the lines from `first` on to the first ones of `packed_`.
void FromRgb::pack(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16, int first) {
    const auto copy = [&](auto zero) {
        using T = decltype(zero);
        constexpr auto full = static_cast<T>(~T{0});
        const int step = alpha_ ? 4 : 3;
        for (int y = first; y < height_; y++) {
            auto *target = reinterpret_cast<T *>(packed_->data[0] + static_cast<ptrdiff_t>(packed_->linesize[0]) * (y - first));
            const ptrdiff_t row = static_cast<ptrdiff_t>(input_.width) * std::min(y, input_.height - 1);
            for (int x = 0; x < width_; x++, target += step) {
                const ptrdiff_t at = row + std::min(x, input_.width - 1);
                const uint32_t opacity = alpha ? alpha[at] : 255;
                for (int c = 0; c < 3; c++) {
                    const auto value = sample<T>(rgb, rgb16, 3 * at + c);
                    target[c] = alpha_ || opacity == 255 ? value : static_cast<T>((value * opacity + 127) / 255);
                }
                if (alpha_) target[3] = static_cast<T>(opacity * (full / 255));
            }
        }
    };
    if (input_.deep) copy(uint16_t{0});
    else copy(uint8_t{0});
}

void FromRgb::scale(const uint8_t *const *data, const int *line, int first, int count) {
    if (count > 0)
        check(sws_scale(scaler_.get(), data, line, first, count, picture_->data, picture_->linesize), VS_OUTPUT,
              "a picture cannot be converted");
}

} // namespace vs::media
