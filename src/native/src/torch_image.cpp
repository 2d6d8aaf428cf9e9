// Pictures into the network and out of it, each in one pass: bytes to channels-last numbers with space-to-depth and the
// reflected border, and numbers to a packed RGB picture with pixel shuffle, sigmoid or scale, and crop.
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

template <typename T>
void frame_rows(const uint8_t *rgb, int64_t height, int64_t width, int64_t canvas_height, int64_t canvas_width, int64_t block,
                int64_t pad, float scale, at::Tensor &output) {
    const int64_t c = output.size(1), columns = output.size(3);
    const auto offsets = column_offsets(columns, block, pad, canvas_width, width);
    T values[256];
    for (int i = 0; i < 256; i++) values[i] = static_cast<T>(static_cast<float>(i) * scale);
    T *data = static_cast<T *>(output.data_ptr());
    at::parallel_for(0, output.size(2), std::max<int64_t>(1, 65536 / (columns * c)), [&](int64_t begin, int64_t end) {
        for (int64_t y = begin; y < end; y++) {
            const int64_t source = mirror(y - pad, canvas_height / block) * block;
            for (int64_t dy = 0; dy < block; dy++) {
                const uint8_t *line = rgb + 3 * width * mirror(source + dy, height);
                T *target = data + y * columns * c + dy * block;
                for (int64_t i = 0; i < columns * block; i++) {
                    const uint8_t *pixel = line + offsets[static_cast<size_t>(i)];
                    T *place = target + i / block * c + i % block;
                    for (int64_t k = 0; k < 3; k++) place[k * block * block] = values[pixel[k]];
                }
            }
        }
    });
}

at::Tensor frame_to_input(const at::Tensor &rgb, int64_t height, int64_t width, int64_t block, int64_t pad, double scale,
                          at::ScalarType dtype) {
    TORCH_CHECK(rgb.device().is_cpu() && rgb.scalar_type() == at::kByte && rgb.dim() == 3 && rgb.size(2) == 3 &&
                    rgb.is_contiguous() && rgb.numel() > 0,
                "frame_to_input: bytes of shape [height, width, 3]");
    TORCH_CHECK(block >= 1 && height % block == 0 && width % block == 0 && height >= rgb.size(0) && width >= rgb.size(1),
                "frame_to_input: a canvas that holds the picture in whole blocks");
    auto output = at::empty({1, 3 * block * block, height / block + 2 * pad, width / block + 2 * pad},
                            at::TensorOptions().dtype(dtype), at::MemoryFormat::ChannelsLast);
    auto fill = [&](auto type) {
        frame_rows<decltype(type)>(rgb.data_ptr<uint8_t>(), rgb.size(0), rgb.size(1), height, width, block, pad,
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

template <typename T>
void output_rows(const at::Tensor &y, int64_t block, bool sigmoid, float scale, at::Tensor &out) {
    const auto source = rows_of<const T>(y);
    const int64_t height = out.size(0), width = out.size(1), c = source.channels, area = block * block;
    float *data = out.data_ptr<float>();
    at::parallel_for(0, height, std::max<int64_t>(1, 65536 / (width * 3)), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const T *pixel = source.at(0, i / block) + i % block * block;
            float *row = data + i * width * 3, *target = row;
            for (int64_t x = 0; x < width; pixel += c)
                for (int64_t dx = 0; dx < block && x < width; dx++, x++, target += 3)
                    for (int64_t k = 0; k < 3; k++) target[k] = static_cast<float>(pixel[k * area + dx]);
            if (sigmoid)
                sigmoid_row(row, width * 3);
            else
                clamp_row(row, width * 3, scale);
        }
    });
}

/// A NaN stays one, so that a broken model is seen and not painted black.
void output_to_frame(const at::Tensor &y, int64_t block, bool sigmoid, double scale, at::Tensor &out) {
    TORCH_CHECK(out.device().is_cpu() && out.scalar_type() == at::kFloat && out.dim() == 3 && out.size(2) == 3 &&
                    out.is_contiguous() && out.numel() > 0,
                "output_to_frame: floats of shape [height, width, 3]");
    TORCH_CHECK(y.device().is_cpu() && y.dim() == 4 && y.size(0) == 1 && y.size(1) == 3 * block * block &&
                    (!sigmoid || scale == 1) && y.size(2) * block >= out.size(0) && y.size(3) * block >= out.size(1),
                "output_to_frame: one picture, at least as large as the result");
    auto dense = has_rows(y) ? y : y.contiguous(at::MemoryFormat::ChannelsLast);
    switch (dense.scalar_type()) {
    case at::kFloat: output_rows<float>(dense, block, sigmoid, static_cast<float>(scale), out); break;
    case at::kBFloat16: output_rows<c10::BFloat16>(dense, block, sigmoid, static_cast<float>(scale), out); break;
    case at::kHalf: output_rows<c10::Half>(dense, block, sigmoid, static_cast<float>(scale), out); break;
    default: TORCH_CHECK(false, "output_to_frame: float, bfloat16 or half");
    }
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("frame_to_input(Tensor rgb, int height, int width, int block, int pad, float scale, ScalarType dtype) -> Tensor",
                &frame_to_input);
    library.def("output_to_frame(Tensor y, int block, bool sigmoid, float scale, Tensor(a!) out) -> ()", &output_to_frame);
}
