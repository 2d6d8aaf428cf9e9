// Network input and output, each in one pass: bytes to channels-last values with pixel-unshuffle and reflection padding, and values
// to a fixed-point stylized frame with pixel-shuffle, sigmoid or scale, luma, and crop.
#include <cmath>

#include "kernels.hpp"

namespace {

using namespace vs;

/// The source of each column of the padded input, in bytes from the start of the row.
std::vector<int64_t> column_offsets(int64_t columns, int64_t block, int64_t pad, int64_t canvas, int64_t width) {
    std::vector<int64_t> offsets(static_cast<size_t>(columns * block));
    for (int64_t x = 0; x < columns; x++)
        for (int64_t dx = 0; dx < block; dx++)
            offsets[x * block + dx] = 3 * mirror(mirror(x - pad, canvas / block) * block + dx, width);
    return offsets;
}

/// Pixel-unshuffles one planar row: each pixel of the input takes `block` columns of each colour.
template <typename T>
VS_INLINE void fold_body(const T *__restrict colours, int64_t plane, int64_t columns, int64_t block, int64_t channels, T *__restrict target) {
    const auto each = [&](int64_t count) __attribute__((always_inline)) {
        for (int64_t k = 0; k < 3; k++)
            for (int64_t x = 0; x < columns; x++)
                for (int64_t dx = 0; dx < count; dx++) target[x * channels + k * count * count + dx] = colours[k * plane + x * count + dx];
    };
    switch (block) {
    case 1: return each(1);
    case 2: return each(2);
    case 4: return each(4);
    default: return each(block);
    }
}

/// Converts to half precision: round to nearest even.
uint16_t to_half(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
    const float magnitude = std::fabs(value);
    if (!(magnitude < 65520.f)) return static_cast<uint16_t>(sign | (value != value ? 0x7e00 : 0x7c00));
    // The last place of a half is 2^-24 below 2^-14, and 2^-10 of the power of two above; std::nearbyint rounds to even.
    const int exponent = magnitude < 6.103515625e-05f ? -14 : std::ilogb(magnitude);
    const auto units = static_cast<uint32_t>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
    // Rounding up to the next power of two carries into the exponent, as it should.
    return static_cast<uint16_t>(sign | (units + (static_cast<uint32_t>(exponent + 14) << 10)));
}

template <typename T>
T byte_value(float value, int32_t dtype);
template <>
float byte_value(float value, int32_t) { return value; }
template <>
uint16_t byte_value(float value, int32_t dtype) {
    if (dtype == VS_FLOAT16) return to_half(value);
    bf16 result;
    store(&result, value);
    return result.bits;
}

/// A frame and the size that it is reflection-padded to.
struct frame {
    const uint8_t *rgb;
    int64_t height, width, row_stride, canvas_height, canvas_width;
};

/// Writes rows of the padded input, from row `first` on. 16-bit values are copied as bits.
template <typename T>
void frame_rows(const frame &f, int64_t block, int64_t pad, int64_t first, float scale, const vs_image_batch &output) {
    const auto y = rows_of<T>(output);
    const int64_t c = y.channels, columns = y.width, plane = columns * block;
    const auto offsets = column_offsets(columns, block, pad, f.canvas_width, f.width);
    T values[256];
    for (int i = 0; i < 256; i++) values[i] = byte_value<T>(static_cast<float>(i) * scale, output.dtype);
    parallel_for<T>(0, y.height, row_grain(columns * c), 3 * plane, [&](int64_t begin, int64_t end, T *colours) {
        for (int64_t row = begin; row < end; row++) {
            const int64_t source = mirror(first + row - pad, f.canvas_height / block) * block;
            for (int64_t dy = 0; dy < block; dy++) {
                const uint8_t *line = f.rgb + f.row_stride * mirror(source + dy, f.height);
                for (int64_t i = 0; i < plane; i++) {
                    const uint8_t *pixel = line + offsets[static_cast<size_t>(i)];
                    for (int64_t k = 0; k < 3; k++) colours[k * plane + i] = values[pixel[k]];
                }
                fold_body(colours, plane, columns, block, c, y.at(0, row) + dy * block);
            }
        }
    });
}

/// e^x to 2e-7 of its value: 2 to the whole part of x·log2(e), times a polynomial for the rest. std::exp does not vectorise.
VS_INLINE float fast_exp(float x) {
    x = x < -87.f ? -87.f : x > 87.f ? 87.f : x;
    const float n = std::floor(x * 1.44269504f + 0.5f);
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    const float p = 1.f + r * (1.f + r * (0.5f + r * (0.16666667f + r * (0.041666668f + r * (8.3333602e-3f + r * 1.3888889e-3f)))));
    const uint32_t bits = static_cast<uint32_t>(static_cast<int32_t>(n) + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

VS_SIMD void sigmoid_row(float *values, int64_t count) {
    for (int64_t i = 0; i < count; i++) values[i] = 1.f / (1.f + fast_exp(-values[i]));
}
VS_SIMD void clamp_row(float *values, int64_t count, float scale) {
    for (int64_t i = 0; i < count; i++) {
        const float v = values[i] * scale;
        values[i] = v < 0.f ? 0.f : v > 1.f ? 1.f : v;
    }
}

constexpr float white = 1 << 14; // of a stylized frame's fixed-point values

/// Packs three planar rows into pixels of red, green, blue and luma (BT.601). NaN becomes 0.
VS_SIMD void pack_row(const float *__restrict r, const float *__restrict g, const float *__restrict b, int64_t count,
                      int16_t *__restrict target) {
    const auto rounded = [](float v) __attribute__((always_inline)) { return static_cast<int32_t>((v == v ? v : 0.f) * white + 0.5f); };
    for (int64_t i = 0; i < count; i++) {
        const int32_t red = rounded(r[i]), green = rounded(g[i]), blue = rounded(b[i]);
        target[4 * i] = static_cast<int16_t>(red);
        target[4 * i + 1] = static_cast<int16_t>(green);
        target[4 * i + 2] = static_cast<int16_t>(blue);
        target[4 * i + 3] = static_cast<int16_t>((9798 * red + 19235 * green + 3735 * blue + (1 << 14)) >> 15);
    }
}

/// Pixel-shuffles one row: each pixel of the network's output holds `block` columns.
template <typename T>
VS_INLINE void unpack_body(const T *pixel, int64_t channels, int64_t block, int64_t columns, float *__restrict out) {
    const auto each = [&](int64_t count) __attribute__((always_inline)) {
        for (int64_t x = 0; x < columns; x++)
            for (int64_t dx = 0; dx < count; dx++) out[x * count + dx] = load(pixel + x * channels + dx);
    };
    // A constant number of columns lets the compiler use whole vectors.
    switch (block) {
    case 2: return each(2);
    case 4: return each(4);
    default: return each(block);
    }
}
VS_SIMD void unpack(const float *p, int64_t c, int64_t k, int64_t n, float *out) { unpack_body(p, c, k, n, out); }
VS_SIMD void unpack(const bf16 *p, int64_t c, int64_t k, int64_t n, float *out) { unpack_body(p, c, k, n, out); }

template <typename T>
void output_rows(const vs_image_batch &y, int64_t block, bool sigmoid, float scale, int16_t *stylized, int64_t height, int64_t width) {
    const auto source = rows_of<const T>(y);
    const int64_t area = block * block, columns = (width + block - 1) / block, stride = columns * block;
    parallel_for<float>(0, height, row_grain(width * 3), 3 * stride, [&](int64_t begin, int64_t end, float *row) {
        for (int64_t i = begin; i < end; i++) {
            const T *pixel = source.at(0, i / block) + i % block * block;
            for (int64_t k = 0; k < 3; k++) unpack(pixel + k * area, source.channels, block, columns, row + k * stride);
            if (sigmoid)
                sigmoid_row(row, 3 * stride);
            else
                clamp_row(row, 3 * stride, scale);
            pack_row(row, row + stride, row + 2 * stride, width, stylized + i * width * 4);
        }
    });
}

constexpr int32_t max_block = 1024;

} // namespace

vs_status vs_frame_to_input(const uint8_t *rgb, int64_t height, int64_t width, int64_t row_stride, int64_t canvas_height,
                            int64_t canvas_width, int32_t block, int32_t pad, float scale, int64_t first, const vs_image_batch *y) {
    return guard([&] {
        require(rgb && is_extent(height) && is_extent(width) && row_stride >= 3 * width,
                "vs_frame_to_input: an image of bytes, whose rows do not overlap");
        require(block >= 1 && block <= max_block && is_extent(canvas_height) && is_extent(canvas_width) && canvas_height % block == 0 &&
                    canvas_width % block == 0 && canvas_height >= height && canvas_width >= width,
                "vs_frame_to_input: a padded size that holds the image in whole blocks");
        require(pad >= 0, "vs_frame_to_input: padding of 0 pixels or more");
        require(is_writable(y) && has_shape(*y, 1, int64_t{3} * block * block, y->height, canvas_width / block + 2 * int64_t{pad}),
                "vs_frame_to_input: y must be one image of the padded size");
        require(first >= 0 && first <= canvas_height / block + 2 * int64_t{pad} - y->height, "vs_frame_to_input: rows outside the padded image");
        const frame f{rgb, height, width, row_stride, canvas_height, canvas_width};
        if (y->dtype == VS_FLOAT32) frame_rows<float>(f, block, pad, first, scale, *y);
        else frame_rows<uint16_t>(f, block, pad, first, scale, *y);
        return VS_OK;
    });
}

vs_status vs_output_to_frame(const vs_image_batch *y, int32_t block, int32_t sigmoid, float scale, int16_t *stylized,
                                int64_t height, int64_t width) {
    return guard([&] {
        require(stylized && is_extent(height) && is_extent(width), "vs_output_to_frame: a frame of at least one pixel");
        require(block >= 1 && block <= max_block, "vs_output_to_frame: blocks of 1 to 1024 pixels");
        require(is_readable(y) && has_shape(*y, 1, int64_t{3} * block * block, y->height, y->width) && y->height * block >= height &&
                    y->width * block >= width,
                "vs_output_to_frame: y must be one image of float or bfloat16, at least as large as the frame");
        require(!sigmoid || scale == 1.f, "vs_output_to_frame: a sigmoid has no scale");
        with_type(y->dtype, [&](auto type) {
            output_rows<decltype(type)>(*y, block, sigmoid != 0, scale, stylized, height, width);
        });
        return VS_OK;
    });
}
