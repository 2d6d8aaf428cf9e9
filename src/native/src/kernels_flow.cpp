// Kernels of an optical-flow network: local correlation around a flow, and convex upsampling, with their gradients.
//
// Gradients are scattered to neighbouring pixels, so their threads work on whole images: sums do not depend on the threads.
#include <cmath>

#include "kernels.hpp"

namespace {

using namespace vs;

// ---- correlation ----

constexpr int64_t max_radius = 8;
constexpr int64_t max_window = 2 * max_radius + 2;
constexpr int64_t lanes = 16; // sums of a dot product kept apart, so that it vectorizes without reordering
constexpr int64_t max_channels = 1024;

template <typename T>
VS_INLINE float dot_product(const float *a, const T *b, int64_t c) {
    float sums[lanes] = {};
    for (int64_t i = 0; i < c; i += lanes)
        for (int64_t j = 0; j < lanes; j++) sums[j] += a[i + j] * load(b + i + j);
    float sum = 0;
    for (int64_t j = 0; j < lanes; j++) sum += sums[j];
    return sum;
}

/// Where a pixel's window starts in the second image, and the bilinear weights; out-of-range flow points outside of every image.
struct window {
    int64_t x0, y0;
    float ax, ay;
};

VS_INLINE window window_of(const float *flow, int64_t x, int64_t y, int64_t radius) {
    constexpr float limit = 1e6f;
    const float dx = flow[0] == flow[0] ? std::min(std::max(flow[0], -limit), limit) : limit;
    const float dy = flow[1] == flow[1] ? std::min(std::max(flow[1], -limit), limit) : limit;
    const float fx = std::floor(dx), fy = std::floor(dy);
    return {x + static_cast<int64_t>(fx) - radius, y + static_cast<int64_t>(fy) - radius, dx - fx, dy - fy};
}

/// One row of pixels: products with the (2r + 2)^2 integer positions, then bilinear interpolation.
template <typename T>
VS_INLINE void correlate_row_of(const T *f1, const rows<const T> &f2, const float *flow, T *out, int64_t n, int64_t y, int64_t radius) {
    const int64_t c = f2.channels, k = 2 * radius + 1, m = k + 1;
    float products[max_window * max_window], a[max_channels];
    for (int64_t x = 0; x < f2.width; x++, f1 += c, flow += 2, out += k * k) {
        const window at = window_of(flow, x, y, radius);
        for (int64_t i = 0; i < c; i++) a[i] = load(f1 + i);
        for (int64_t j = 0; j < m; j++) {
            const int64_t yy = at.y0 + j;
            for (int64_t i = 0; i < m; i++) {
                const int64_t xx = at.x0 + i;
                const bool inside = yy >= 0 && yy < f2.height && xx >= 0 && xx < f2.width;
                products[j * m + i] = inside ? dot_product(a, f2.at(n, yy) + xx * c, c) : 0.f;
            }
        }
        for (int64_t j = 0; j < k; j++) {
            const float *p = products + j * m, *q = p + m;
            for (int64_t i = 0; i < k; i++)
                store(out + j * k + i, (1 - at.ay) * ((1 - at.ax) * p[i] + at.ax * p[i + 1]) + at.ay * ((1 - at.ax) * q[i] + at.ax * q[i + 1]));
        }
    }
}

VS_SIMD void correlate_row(const float *f1, const rows<const float> &f2, const float *flow, float *out, int64_t n, int64_t y, int64_t radius) {
    correlate_row_of(f1, f2, flow, out, n, y, radius);
}
VS_SIMD void correlate_row(const bf16 *f1, const rows<const bf16> &f2, const float *flow, bf16 *out, int64_t n, int64_t y, int64_t radius) {
    correlate_row_of(f1, f2, flow, out, n, y, radius);
}

VS_SIMD void correlate_row_backward(const rows<const float> &f1, const rows<const float> &f2, const float *flow, const float *gradient,
                                    const rows<float> &df1, const rows<float> &df2, int64_t n, int64_t y, int64_t radius) {
    const int64_t c = f2.channels, k = 2 * radius + 1, m = k + 1;
    float products[max_window * max_window];
    const float *a = f1.at(n, y);
    float *da = df1.at(n, y);
    for (int64_t x = 0; x < f2.width; x++, a += c, da += c, flow += 2, gradient += k * k) {
        const window at = window_of(flow, x, y, radius);
        std::fill(products, products + m * m, 0.f);
        for (int64_t j = 0; j < k; j++) {
            float *p = products + j * m, *q = p + m;
            for (int64_t i = 0; i < k; i++) {
                const float g = gradient[j * k + i];
                p[i] += (1 - at.ay) * (1 - at.ax) * g;
                p[i + 1] += (1 - at.ay) * at.ax * g;
                q[i] += at.ay * (1 - at.ax) * g;
                q[i + 1] += at.ay * at.ax * g;
            }
        }
        for (int64_t j = 0; j < m; j++) {
            const int64_t yy = at.y0 + j;
            if (yy < 0 || yy >= f2.height) continue;
            for (int64_t i = 0; i < m; i++) {
                const int64_t xx = at.x0 + i;
                if (xx < 0 || xx >= f2.width) continue;
                const float g = products[j * m + i];
                const float *b = f2.at(n, yy) + xx * c;
                float *db = df2.at(n, yy) + xx * c;
                for (int64_t t = 0; t < c; t++) {
                    da[t] += g * b[t];
                    db[t] += g * a[t];
                }
            }
        }
    }
}

template <typename T>
void correlate(const vs_image_batch &f1, const vs_image_batch &f2, const vs_image_batch &flow, int64_t radius, const vs_image_batch &y) {
    const auto a = rows_of<const T>(f1), b = rows_of<const T>(f2);
    const auto w = rows_of<const float>(flow);
    const auto out = rows_of<T>(y);
    const int64_t work = a.width * a.channels * (2 * radius + 2) * (2 * radius + 2);
    parallel_for(0, a.count * a.height, row_grain(work), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t n = i / a.height, row = i % a.height;
            correlate_row(a.at(n, row), b, w.at(n, row), out.at(n, row), n, row, radius);
        }
    });
}

template <typename T>
void clear(const rows<T> &image, int64_t n) {
    for (int64_t y = 0; y < image.height; y++) std::fill_n(image.at(n, y), image.width * image.channels, T(0));
}

bool fits_correlation(const vs_image_batch *f1, const vs_image_batch *f2, const vs_image_batch *flow, int32_t radius, const vs_image_batch *y) {
    const int64_t k = 2 * int64_t{radius} + 1;
    return is_readable(f1) && is_readable(f2) && same_shape(*f1, *f2) && f1->dtype == f2->dtype && f1->channels % lanes == 0 &&
           f1->channels <= max_channels && radius >= 0 && radius <= max_radius && is_readable(flow) && flow->dtype == VS_FLOAT32 &&
           has_shape(*flow, f1->count, 2, f1->height, f1->width) && y && y->dtype == f1->dtype &&
           has_shape(*y, f1->count, k * k, f1->height, f1->width);
}

// ---- convex upsampling ----

constexpr int64_t taps = 9;
constexpr int64_t max_factor = 8;
constexpr int64_t max_values = 8; // channels of what is upsampled

/// e^x to about 2e-7 for x <= 0, without a call, so that loops over it vectorize (Cody and Waite's reduction, a Taylor polynomial).
VS_INLINE float exponential(float x) {
    x = std::max(x, -87.f);
    const float n = std::floor(x * 1.44269504f + 0.5f);
    const float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.f / 5040;
    p = p * r + 1.f / 720;
    p = p * r + 1.f / 120;
    p = p * r + 1.f / 24;
    p = p * r + 1.f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.f;
    p = p * r + 1.f;
    const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return p * scale;
}

/// The softmax over the taps of one coarse pixel, for each of its s sub-pixels: `[taps][s]`.
template <typename T>
VS_INLINE void tap_weights_of(const T *logits, int64_t s, float *weights) {
    float largest[max_factor * max_factor], sum[max_factor * max_factor];
    for (int64_t i = 0; i < s; i++) largest[i] = load(logits + i);
    for (int64_t t = 1; t < taps; t++)
        for (int64_t i = 0; i < s; i++) largest[i] = std::max(largest[i], load(logits + t * s + i));
    for (int64_t i = 0; i < s; i++) sum[i] = 0;
    for (int64_t t = 0; t < taps; t++)
        for (int64_t i = 0; i < s; i++) sum[i] += weights[t * s + i] = exponential(load(logits + t * s + i) - largest[i]);
    for (int64_t i = 0; i < s; i++) sum[i] = 1 / sum[i];
    for (int64_t t = 0; t < taps; t++)
        for (int64_t i = 0; i < s; i++) weights[t * s + i] *= sum[i];
}

VS_SIMD void tap_weights(const float *logits, int64_t s, float *weights) { tap_weights_of(logits, s, weights); }
VS_SIMD void tap_weights(const bf16 *logits, int64_t s, float *weights) { tap_weights_of(logits, s, weights); }

/// The pixel that tap t of pixel (y, x) reads; the border is replicated.
VS_INLINE int64_t tap_row(int64_t y, int64_t t, int64_t height) { return std::clamp<int64_t>(y + t / 3 - 1, 0, height - 1); }
VS_INLINE int64_t tap_column(int64_t x, int64_t t, int64_t width) { return std::clamp<int64_t>(x + t % 3 - 1, 0, width - 1); }

VS_SIMD void combine(const float *weights, const float *values, int64_t s, float *out) {
    for (int64_t i = 0; i < s; i++) out[i] = 0;
    for (int64_t t = 0; t < taps; t++)
        for (int64_t i = 0; i < s; i++) out[i] += weights[t * s + i] * values[t];
}

template <typename T>
void upsample_row(const rows<const float> &x, const rows<const T> &logits, int64_t factor, const rows<float> &out, int64_t n, int64_t y) {
    const int64_t c = x.channels, s = factor * factor;
    float weights[taps * max_factor * max_factor], values[taps], fine[max_factor * max_factor];
    for (int64_t column = 0; column < x.width; column++) {
        tap_weights(logits.at(n, y) + column * logits.channels, s, weights);
        for (int64_t k = 0; k < c; k++) {
            for (int64_t t = 0; t < taps; t++) values[t] = x.at(n, tap_row(y, t, x.height))[tap_column(column, t, x.width) * c + k];
            combine(weights, values, s, fine);
            for (int64_t i = 0; i < s; i++) out.at(n, y * factor + i / factor)[(column * factor + i % factor) * c + k] = fine[i];
        }
    }
}

void upsample_row_backward(const rows<const float> &x, const rows<const float> &logits, int64_t factor, const rows<const float> &gradient,
                           const rows<float> &dx, const rows<float> &dlogits, int64_t n, int64_t y) {
    const int64_t c = x.channels, s = factor * factor;
    float weights[taps * max_factor * max_factor], values[taps], fine[max_factor * max_factor], g[max_factor * max_factor];
    for (int64_t column = 0; column < x.width; column++) {
        tap_weights(logits.at(n, y) + column * logits.channels, s, weights);
        float *d = dlogits.at(n, y) + column * logits.channels;
        std::fill_n(d, taps * s, 0.f);
        for (int64_t k = 0; k < c; k++) {
            for (int64_t t = 0; t < taps; t++) values[t] = x.at(n, tap_row(y, t, x.height))[tap_column(column, t, x.width) * c + k];
            combine(weights, values, s, fine);
            for (int64_t i = 0; i < s; i++) g[i] = gradient.at(n, y * factor + i / factor)[(column * factor + i % factor) * c + k];
            for (int64_t t = 0; t < taps; t++) {
                float sum = 0;
                for (int64_t i = 0; i < s; i++) {
                    sum += weights[t * s + i] * g[i];
                    d[t * s + i] += weights[t * s + i] * g[i] * (values[t] - fine[i]);
                }
                dx.at(n, tap_row(y, t, x.height))[tap_column(column, t, x.width) * c + k] += sum;
            }
        }
    }
}

bool fits_upsampling(const vs_image_batch *x, const vs_image_batch *logits, int32_t factor, const vs_image_batch *y) {
    return is_readable(x) && x->dtype == VS_FLOAT32 && x->channels <= max_values && factor >= 1 && factor <= max_factor && is_readable(logits) &&
           has_shape(*logits, x->count, taps * factor * factor, x->height, x->width) && y && y->dtype == VS_FLOAT32 &&
           has_shape(*y, x->count, x->channels, x->height * factor, x->width * factor);
}

} // namespace

vs_status vs_correlation(const vs_image_batch *f1, const vs_image_batch *f2, const vs_image_batch *flow, int32_t radius,
                         const vs_image_batch *y) {
    return guard([&] {
        require(fits_correlation(f1, f2, flow, radius, y) && is_writable(y),
                "vs_correlation: f1 and f2 must be images of one size and dtype with a multiple of 16 channels, up to 1024, flow their float "
                "vectors, the radius 0 to 8, and y of f1's dtype and the size of the result");
        with_type(f1->dtype, [&](auto type) { correlate<decltype(type)>(*f1, *f2, *flow, radius, *y); });
        return VS_OK;
    });
}

vs_status vs_correlation_backward(const vs_image_batch *f1, const vs_image_batch *f2, const vs_image_batch *flow, int32_t radius,
                                  const vs_image_batch *gradient, const vs_image_batch *df1, const vs_image_batch *df2) {
    return guard([&] {
        require(fits_correlation(f1, f2, flow, radius, gradient) && is_readable(gradient) && f1->dtype == VS_FLOAT32,
                "vs_correlation_backward: f1, f2, flow and gradient must be as of vs_correlation, in float");
        require(is_writable(df1) && is_writable(df2) && df1->dtype == VS_FLOAT32 && df2->dtype == VS_FLOAT32 && same_shape(*df1, *f1) &&
                    same_shape(*df2, *f2),
                "vs_correlation_backward: df1 and df2 must be of f1's size, in float");
        const auto a = rows_of<const float>(*f1), b = rows_of<const float>(*f2), w = rows_of<const float>(*flow);
        const auto g = rows_of<const float>(*gradient);
        const auto da = rows_of<float>(*df1), db = rows_of<float>(*df2);
        parallel_for(0, a.count, 1, [&](int64_t begin, int64_t end) {
            for (int64_t n = begin; n < end; n++) {
                clear(da, n);
                clear(db, n);
                for (int64_t y = 0; y < a.height; y++) correlate_row_backward(a, b, w.at(n, y), g.at(n, y), da, db, n, y, radius);
            }
        });
        return VS_OK;
    });
}

vs_status vs_convex_upsample(const vs_image_batch *x, const vs_image_batch *logits, int32_t factor, const vs_image_batch *y) {
    return guard([&] {
        require(fits_upsampling(x, logits, factor, y) && is_writable(y),
                "vs_convex_upsample: x must be float images of up to 8 channels, the factor 1 to 8, logits of 9 * factor^2 channels, and y "
                "float and of the size of the result");
        with_type(logits->dtype, [&](auto type) {
            using T = decltype(type);
            const auto a = rows_of<const float>(*x);
            const auto weights = rows_of<const T>(*logits);
            const auto out = rows_of<float>(*y);
            parallel_for(0, a.count * a.height, row_grain(a.width * taps * factor * factor), [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; i++) upsample_row<T>(a, weights, factor, out, i / a.height, i % a.height);
            });
        });
        return VS_OK;
    });
}

vs_status vs_convex_upsample_backward(const vs_image_batch *x, const vs_image_batch *logits, int32_t factor, const vs_image_batch *gradient,
                                      const vs_image_batch *dx, const vs_image_batch *dlogits) {
    return guard([&] {
        require(fits_upsampling(x, logits, factor, gradient) && is_readable(gradient) && logits->dtype == VS_FLOAT32,
                "vs_convex_upsample_backward: x, logits and gradient must be as of vs_convex_upsample, in float");
        require(is_writable(dx) && is_writable(dlogits) && dx->dtype == VS_FLOAT32 && dlogits->dtype == VS_FLOAT32 && same_shape(*dx, *x) &&
                    same_shape(*dlogits, *logits),
                "vs_convex_upsample_backward: dx and dlogits must be of the sizes of x and logits, in float");
        const auto a = rows_of<const float>(*x), weights = rows_of<const float>(*logits), g = rows_of<const float>(*gradient);
        const auto da = rows_of<float>(*dx), dweights = rows_of<float>(*dlogits);
        parallel_for(0, a.count, 1, [&](int64_t begin, int64_t end) {
            for (int64_t n = begin; n < end; n++) {
                clear(da, n);
                for (int64_t y = 0; y < a.height; y++) upsample_row_backward(a, weights, factor, g, da, dweights, n, y);
            }
        });
        return VS_OK;
    });
}
