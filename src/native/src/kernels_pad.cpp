// What stands between two convolutions of a network without normalisation, in one pass over channels-last pictures:
// max(x, 0), enlargement by repetition, the reflected border, and the change of the kind of number.
#include "kernels.hpp"

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
void pad_rows(const vs_pictures &x, bool relu, int64_t scale, int64_t pad, const vs_pictures &y) {
    const auto from = rows_of<const From>(x);
    const auto to = rows_of<To>(y);
    std::vector<int64_t> columns(static_cast<size_t>(to.width));
    for (int64_t i = 0; i < to.width; i++) columns[i] = mirror(i - pad, from.width * scale) / scale * from.pixel;
    parallel_for(0, to.count * to.height, row_grain(to.width * to.channels), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t n = i / to.height, line = mirror(i % to.height - pad, from.height * scale) / scale;
            pad_row(from.at(n, line), to.at(n, i % to.height), columns.data(), to.width, to.channels, relu);
        }
    });
}

} // namespace

vs_status vs_relu_pad(const vs_pictures *x, int32_t relu, int64_t scale, int64_t pad, const vs_pictures *y) {
    return guard([&] {
        require(is_readable(x), "vs_relu_pad: x must be channels-last pictures of float or bfloat16");
        require(is_extent(scale) && pad >= 0 && pad < x->height * scale && pad < x->width * scale,
                "vs_relu_pad: the border must be narrower than the picture");
        require(is_writable(y) && y->dtype != VS_FLOAT16 &&
                    has_shape(*y, x->count, x->channels, x->height * scale + 2 * pad, x->width * scale + 2 * pad),
                "vs_relu_pad: y must be of float or bfloat16 and of the size of the result");
        with_type(x->dtype, [&](auto from) {
            with_type(y->dtype, [&](auto to) { pad_rows<decltype(from), decltype(to)>(*x, relu != 0, scale, pad, *y); });
        });
        return VS_OK;
    });
}
