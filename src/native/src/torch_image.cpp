// Pictures into the network and out of it, each in one pass: bytes to channels-last numbers with space-to-depth and the
// reflected border, and numbers to a painting in fixed point with pixel shuffle, sigmoid or scale, luma, and crop.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "torch_kernels.hpp"

namespace {

using namespace vs;

/// Where each column of the padded input comes from, in bytes from the start of the row.
std::vector<int64_t> column_offsets(int64_t columns, int64_t block, int64_t pad, int64_t canvas, int64_t width) {
    std::vector<int64_t> offsets(static_cast<size_t>(columns * block));
    for (int64_t x = 0; x < columns; x++)
        for (int64_t dx = 0; dx < block; dx++)
            offsets[x * block + dx] = 3 * mirror(mirror(x - pad, canvas / block) * block + dx, width);
    return offsets;
}

/// Puts one row of colours, planar, into the pixels of the input: `block` columns of each colour in each.
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

/// Fills the output with rows of the padded input, from row `first` on.
template <typename T>
void frame_rows(const uint8_t *rgb, int64_t height, int64_t width, int64_t canvas_height, int64_t canvas_width, int64_t block,
                int64_t pad, int64_t first, float scale, at::Tensor &output) {
    const int64_t c = output.size(1), columns = output.size(3);
    const auto offsets = column_offsets(columns, block, pad, canvas_width, width);
    T values[256];
    for (int i = 0; i < 256; i++) values[i] = static_cast<T>(static_cast<float>(i) * scale);
    T *data = static_cast<T *>(output.data_ptr());
    at::parallel_for(0, output.size(2), std::max<int64_t>(1, 65536 / (columns * c)), [&](int64_t begin, int64_t end) {
        const int64_t plane = columns * block;
        std::vector<T> colours(static_cast<size_t>(3 * plane));
        for (int64_t y = begin; y < end; y++) {
            const int64_t source = mirror(first + y - pad, canvas_height / block) * block;
            for (int64_t dy = 0; dy < block; dy++) {
                const uint8_t *line = rgb + 3 * width * mirror(source + dy, height);
                for (int64_t i = 0; i < plane; i++) {
                    const uint8_t *pixel = line + offsets[static_cast<size_t>(i)];
                    for (int64_t k = 0; k < 3; k++) colours[static_cast<size_t>(k * plane + i)] = values[pixel[k]];
                }
                fold_body(colours.data(), plane, columns, block, c, data + y * columns * c + dy * block);
            }
        }
    });
}

at::Tensor frame_to_input(const at::Tensor &rgb, int64_t height, int64_t width, int64_t block, int64_t pad, double scale,
                          at::ScalarType dtype, int64_t first, int64_t last) {
    TORCH_CHECK(rgb.device().is_cpu() && rgb.scalar_type() == at::kByte && rgb.dim() == 3 && rgb.size(2) == 3 &&
                    rgb.is_contiguous() && rgb.numel() > 0,
                "frame_to_input: bytes of shape [height, width, 3]");
    TORCH_CHECK(block >= 1 && height % block == 0 && width % block == 0 && height >= rgb.size(0) && width >= rgb.size(1),
                "frame_to_input: a canvas that holds the picture in whole blocks");
    const int64_t rows = height / block + 2 * pad;
    if (last < 0) last = rows;
    TORCH_CHECK(first >= 0 && first < last && last <= rows, "frame_to_input: rows of the padded canvas");
    auto output = at::empty({1, 3 * block * block, last - first, width / block + 2 * pad},
                            at::TensorOptions().dtype(dtype), at::MemoryFormat::ChannelsLast);
    auto fill = [&](auto type) {
        frame_rows<decltype(type)>(rgb.data_ptr<uint8_t>(), rgb.size(0), rgb.size(1), height, width, block, pad, first,
                                   static_cast<float>(scale), output);
    };
    switch (dtype) {
    case at::kFloat: fill(float{}); break;
    case at::kBFloat16: fill(c10::BFloat16{}); break;
    case at::kHalf: fill(c10::Half{}); break;
    default: TORCH_CHECK(false, "frame_to_input: float, bfloat16 or half");
    }
    return output;
}

/// e^x to 2e-7 of its value: 2 to the whole part of x·log2(e), times a polynomial for the rest. std::exp does not vectorise.
VS_INLINE float fast_exp(float x) {
    x = x < -87.f ? -87.f : x > 87.f ? 87.f : x;
    const float n = std::floor(x * 1.44269504f + 0.5f);
    const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    const float p = 1.f + r * (1.f + r * (0.5f + r * (0.16666667f + r * (0.041666668f + r * (8.3333602e-3f + r * 1.3888889e-3f)))));
    const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
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

constexpr float white = 1 << 14; // of a painting's fixed-point values

/// Three rows of colours to pixels of red, green, blue and luma (BT.601). What is not a number becomes 0.
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

/// Takes the columns of one row apart: `block` of them lie in each pixel of the network's output.
template <typename T>
VS_INLINE void unpack_body(const T *pixel, int64_t channels, int64_t block, int64_t columns, float *__restrict out) {
    const auto each = [&](int64_t count) __attribute__((always_inline)) {
        for (int64_t x = 0; x < columns; x++)
            for (int64_t dx = 0; dx < count; dx++) out[x * count + dx] = load(pixel + x * channels + dx);
    };
    // The compiler moves a number of columns that it knows in whole vectors.
    switch (block) {
    case 2: return each(2);
    case 4: return each(4);
    default: return each(block);
    }
}
VS_SIMD void unpack(const float *p, int64_t c, int64_t k, int64_t n, float *out) { unpack_body(p, c, k, n, out); }
VS_SIMD void unpack(const bf16 *p, int64_t c, int64_t k, int64_t n, float *out) { unpack_body(p, c, k, n, out); }

template <typename T>
void output_rows(const at::Tensor &y, int64_t block, bool sigmoid, float scale, at::Tensor &out) {
    const auto source = rows_of<const T>(y);
    const int64_t height = out.size(0), width = out.size(1), area = block * block, columns = (width + block - 1) / block;
    auto *data = static_cast<int16_t *>(out.data_ptr());
    at::parallel_for(0, height, std::max<int64_t>(1, 65536 / (width * 3)), [&](int64_t begin, int64_t end) {
        const int64_t stride = columns * block;
        std::vector<float> row(static_cast<size_t>(3 * stride));
        for (int64_t i = begin; i < end; i++) {
            const T *pixel = source.at(0, i / block) + i % block * block;
            for (int64_t k = 0; k < 3; k++) unpack(pixel + k * area, source.channels, block, columns, &row[static_cast<size_t>(k * stride)]);
            if (sigmoid)
                sigmoid_row(row.data(), 3 * stride);
            else
                clamp_row(row.data(), 3 * stride, scale);
            pack_row(row.data(), row.data() + stride, row.data() + 2 * stride, width, data + i * width * 4);
        }
    });
}

void output_to_painting(const at::Tensor &y, int64_t block, bool sigmoid, double scale, at::Tensor &out) {
    TORCH_CHECK(out.device().is_cpu() && out.scalar_type() == at::kShort && out.dim() == 3 && out.size(2) == 4 &&
                    out.is_contiguous() && out.numel() > 0,
                "output_to_painting: 16-bit numbers of shape [height, width, 4]");
    TORCH_CHECK(y.device().is_cpu() && y.dim() == 4 && y.size(0) == 1 && y.size(1) == 3 * block * block &&
                    (!sigmoid || scale == 1) && y.size(2) * block >= out.size(0) && y.size(3) * block >= out.size(1),
                "output_to_painting: one picture, at least as large as the result");
    auto dense = has_rows(y) ? y : y.contiguous(at::MemoryFormat::ChannelsLast);
    if (dense.scalar_type() == at::kBFloat16) return output_rows<bf16>(dense, block, sigmoid, static_cast<float>(scale), out);
    if (dense.scalar_type() != at::kFloat) dense = dense.to(at::kFloat);
    output_rows<float>(dense, block, sigmoid, static_cast<float>(scale), out);
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("frame_to_input(Tensor rgb, int height, int width, int block, int pad, float scale, ScalarType dtype, "
                "int first=0, int last=-1) -> Tensor",
                &frame_to_input);
    library.def("output_to_painting(Tensor y, int block, bool sigmoid, float scale, Tensor(a!) out) -> ()", &output_to_painting);
}
