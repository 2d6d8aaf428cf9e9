#include "kernels_norm_rows.hpp"

#include <cmath>
#include <type_traits>

namespace {

using namespace vs;

/// Calls `body` with the channels as a constant where they are few, so that sums stay in registers.
template <typename Body>
VS_INLINE void with_channels(int64_t c, Body &&body) {
    switch (c) {
    case 16: return body(std::integral_constant<int64_t, 16>());
    case 32: return body(std::integral_constant<int64_t, 32>());
    case 64: return body(std::integral_constant<int64_t, 64>());
    default: return body(c);
    }
}

template <typename T, typename Channels>
VS_INLINE void sums_body(const T *x, int64_t pixels, int64_t stride, Channels c, const float *__restrict pivot,
                         float *__restrict sum, float *__restrict square) {
    for (int64_t i = 0; i < pixels; i++, x += stride)
        for (int64_t k = 0; k < c; k++) {
            float v = load(x + k) - pivot[k];
            sum[k] += v;
            square[k] += v * v;
        }
}

template <typename T>
VS_INLINE void apply_body(const T *x, const T *residual, T *y, int64_t n, int64_t lanes, const float *m, const float *a,
                          const float *b, float low) {
    for (int64_t i = 0; i < n; i += lanes) {
        int64_t end = std::min(lanes, n - i);
        if (residual)
            for (int64_t k = 0; k < end; k++) store(y + i + k, load(residual + i + k) + (load(x + i + k) - m[k]) * a[k] + b[k]);
        else
            for (int64_t k = 0; k < end; k++) {
                float v = (load(x + i + k) - m[k]) * a[k] + b[k];
                store(y + i + k, v < low ? low : v);
            }
    }
}

template <typename T, typename Channels>
VS_INLINE void spread_body(const T *x, T *__restrict y, int64_t pixels, Channels c, int64_t from, int64_t to, const float *m,
                           const float *a, const float *b, float low) {
    for (int64_t i = 0; i < pixels; i++, x += from, y += to)
        for (int64_t k = 0; k < c; k++) {
            float v = (load(x + k) - m[k]) * a[k] + b[k];
            store(y + k, v < low ? low : v);
        }
}

} // namespace

// target_clones wants functions, not templates.
VS_SIMD void vs::norm_sums(const float *x, int64_t n, int64_t stride, int64_t c, const float *p, float *s, float *q) {
    with_channels(c, [&](auto channels) __attribute__((always_inline)) { sums_body(x, n, stride, channels, p, s, q); });
}
VS_SIMD void vs::norm_sums(const bf16 *x, int64_t n, int64_t stride, int64_t c, const float *p, float *s, float *q) {
    with_channels(c, [&](auto channels) __attribute__((always_inline)) { sums_body(x, n, stride, channels, p, s, q); });
}

VS_SIMD void vs::norm_apply(const float *x, const float *r, float *y, int64_t n, int64_t l, const float *m, const float *a,
                            const float *b, float low) {
    apply_body(x, r, y, n, l, m, a, b, low);
}
VS_SIMD void vs::norm_apply(const bf16 *x, const bf16 *r, bf16 *y, int64_t n, int64_t l, const float *m, const float *a,
                            const float *b, float low) {
    apply_body(x, r, y, n, l, m, a, b, low);
}

VS_SIMD void vs::norm_spread(const float *x, float *y, int64_t n, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                             const float *b, float low) {
    with_channels(c, [&](auto channels) __attribute__((always_inline)) { spread_body(x, y, n, channels, from, to, m, a, b, low); });
}
VS_SIMD void vs::norm_spread(const bf16 *x, bf16 *y, int64_t n, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                             const float *b, float low) {
    with_channels(c, [&](auto channels) __attribute__((always_inline)) { spread_body(x, y, n, channels, from, to, m, a, b, low); });
}

void vs::finish_statistics(const double *total, const float *pivot, double pixels, double eps, int64_t c, float *mean,
                           float *inverse) {
    for (int64_t k = 0; k < c; k++) {
        double shifted = total[k] / pixels;
        double variance = std::max(0.0, total[c + k] / pixels - shifted * shifted);
        mean[k] = static_cast<float>(pivot[k] + shifted);
        inverse[k] = static_cast<float>(1.0 / std::sqrt(variance + eps));
    }
}

vs::coefficients::coefficients(const float *mean, const float *inverse, const float *weight, const float *bias, int64_t c,
                               int64_t repeat) {
    for (int64_t i = 0; i < c * repeat; i++) {
        const int64_t k = i % c;
        m.push_back(mean[k]);
        a.push_back(weight[k] * inverse[k]);
        b.push_back(bias[k]);
    }
}
