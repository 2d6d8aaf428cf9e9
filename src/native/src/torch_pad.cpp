// What stands between two convolutions of a network without normalisation, in one pass over channels-last pictures:
// max(x, 0), enlargement by repetition, the reflected border, and the change of the kind of number.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

#include "torch_kernels.hpp"

namespace {

using namespace vs;

template <typename From, typename To>
VS_INLINE void copy_pixel(const From *from, To *to, int64_t channels, bool relu) {
    // A NaN is not below 0 and stays one.
    for (int64_t k = 0; k < channels; k++) {
        const float value = load(from + k);
        store(to + k, relu && value < 0.f ? 0.f : value);
    }
}

template <typename From, typename To>
VS_INLINE void pad_row_body(const From *line, To *target, const int64_t *columns, int64_t width, int64_t channels, bool relu) {
    for (int64_t x = 0; x < width; x++, target += channels) copy_pixel(line + columns[x], target, channels, relu);
}

// target_clones wants functions, not templates.
VS_SIMD void pad_row(const float *line, float *target, const int64_t *columns, int64_t width, int64_t channels, bool relu) {
    pad_row_body(line, target, columns, width, channels, relu);
}
VS_SIMD void pad_row(const float *line, bf16 *target, const int64_t *columns, int64_t width, int64_t channels, bool relu) {
    pad_row_body(line, target, columns, width, channels, relu);
}
VS_SIMD void pad_row(const bf16 *line, float *target, const int64_t *columns, int64_t width, int64_t channels, bool relu) {
    pad_row_body(line, target, columns, width, channels, relu);
}
VS_SIMD void pad_row(const bf16 *line, bf16 *target, const int64_t *columns, int64_t width, int64_t channels, bool relu) {
    pad_row_body(line, target, columns, width, channels, relu);
}

template <typename From, typename To>
void pad_rows(const at::Tensor &x, bool relu, int64_t scale, int64_t pad, at::Tensor &out) {
    const auto from = rows_of<const From>(x);
    const auto to = rows_of<To>(out);
    std::vector<int64_t> columns(static_cast<size_t>(to.width));
    for (int64_t i = 0; i < to.width; i++) columns[i] = mirror(i - pad, from.width * scale) / scale * from.pixel;
    const int64_t grain = std::max<int64_t>(1, 65536 / (to.width * to.channels));
    at::parallel_for(0, to.count * to.height, grain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t n = i / to.height, y = i % to.height;
            const From *line = from.at(n, mirror(y - pad, from.height * scale) / scale);
            pad_row(line, to.at(n, y), columns.data(), to.width, to.channels, relu);
        }
    });
}

bool is_own(at::ScalarType type) { return type == at::kFloat || type == at::kBFloat16; }

at::Tensor relu_pad(const at::Tensor &x, bool relu, int64_t scale, int64_t pad, at::ScalarType dtype) {
    TORCH_CHECK(x.dim() == 4 && x.numel() > 0 && scale >= 1 && pad >= 0 && pad < x.size(2) * scale && pad < x.size(3) * scale,
                "relu_pad: pictures larger than their border");
    if (!x.device().is_cpu() || !is_own(x.scalar_type()) || !is_own(dtype) || (at::GradMode::is_enabled() && x.requires_grad())) {
        auto y = relu ? at::relu(x) : x;
        if (scale > 1) y = at::upsample_nearest2d(y, {y.size(2) * scale, y.size(3) * scale});
        if (pad > 0) y = at::reflection_pad2d(y, {pad, pad, pad, pad});
        return y.to(dtype).contiguous(at::MemoryFormat::ChannelsLast);
    }
    const auto in = has_rows(x) ? x : x.contiguous(at::MemoryFormat::ChannelsLast);
    auto out = at::empty({x.size(0), x.size(1), x.size(2) * scale + 2 * pad, x.size(3) * scale + 2 * pad},
                         x.options().dtype(dtype), at::MemoryFormat::ChannelsLast);
    const bool wide = in.scalar_type() == at::kFloat;
    if (wide && dtype == at::kFloat) pad_rows<float, float>(in, relu, scale, pad, out);
    else if (wide) pad_rows<float, bf16>(in, relu, scale, pad, out);
    else if (dtype == at::kFloat) pad_rows<bf16, float>(in, relu, scale, pad, out);
    else pad_rows<bf16, bf16>(in, relu, scale, pad, out);
    return out;
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("relu_pad(Tensor x, bool relu, int scale, int pad, ScalarType dtype) -> Tensor", &relu_pad);
}
