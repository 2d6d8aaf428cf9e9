// What normalises rows of channels-last pictures: shared by whole pictures and by pictures in strips, which so come out the same.
#pragma once

#include <limits>
#include <vector>

#include "kernels.hpp"

namespace vs {

struct norm_options {
    bool relu;
    int64_t scale, pad;
    double eps;
    bool edge; // the border repeats the outermost pixel instead of reflecting

    explicit norm_options(const vs_norm_options &o)
        : relu(o.relu != 0), scale(o.scale), pad(o.pad), eps(o.eps), edge(o.edge != 0) {}
};

/// Whether a picture of this size can be enlarged and given its border.
inline bool fits(const norm_options &o, int64_t height, int64_t width) {
    return o.scale >= 1 && o.scale <= max_extent && o.pad >= 0 && o.pad < height * o.scale && o.pad < width * o.scale;
}

// ---- inner loops; `lanes` is a multiple of the channels, so that few channels still fill a vector ----

/// Adds to `sum` and `square` those of pixels that lie `stride` elements apart, around a pivot.
void norm_sums(const float *x, int64_t pixels, int64_t stride, int64_t c, const float *pivot, float *sum, float *square);
void norm_sums(const bf16 *x, int64_t pixels, int64_t stride, int64_t c, const float *pivot, float *sum, float *square);

/// y = a (x − m) + b, plus the residual where there is one, or else not below `low`. y may be x or the residual.
void norm_apply(const float *x, const float *residual, float *y, int64_t n, int64_t lanes, const float *m, const float *a,
                const float *b, float low);
void norm_apply(const bf16 *x, const bf16 *residual, bf16 *y, int64_t n, int64_t lanes, const float *m, const float *a,
                const float *b, float low);

/// As `norm_apply`, from pixels that lie `from` elements apart to pixels that lie `to` apart.
void norm_spread(const float *x, float *y, int64_t pixels, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                 const float *b, float low);
void norm_spread(const bf16 *x, bf16 *y, int64_t pixels, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                 const float *b, float low);

// ---- statistics ----

constexpr int64_t float_pixels = 256; // pixels summed in float before they are added in double

/// Adds a row's sums, and behind them those of the squares, to `target`; `block` is room for 2 c numbers.
template <typename T>
void add_row_sums(const T *x, int64_t width, int64_t stride, int64_t c, const float *pivot, float *block, double *target) {
    for (int64_t i = 0; i < width; i += float_pixels) {
        std::fill(block, block + 2 * c, 0.f);
        norm_sums(x + i * stride, std::min(float_pixels, width - i), stride, c, pivot, block, block + c);
        for (int64_t k = 0; k < 2 * c; k++) target[k] += block[k];
    }
}

/// Mean and 1/σ of `c` channels, from sums around a pivot.
void finish_statistics(const double *total, const float *pivot, double pixels, double eps, int64_t c, float *mean, float *inverse);

/// The norm as y = a (x − m) + b, repeated over some pixels. Written so, a flat picture gives exactly b, where a·x + b'
/// would give rounding errors times 1/√eps.
struct coefficients {
    std::vector<float> m, a, b;

    coefficients(const float *mean, const float *inverse, const float *weight, const float *bias, int64_t c, int64_t repeat);
};

/// Over how many pixels coefficients are repeated, so that few channels still fill a vector.
inline int64_t repeat_of(int64_t c) { return std::max<int64_t>(1, 256 / c); }

inline float lowest(bool relu) { return relu ? 0.f : -std::numeric_limits<float>::infinity(); }

// ---- borders ----

/// Which pixel inside, counted from the edge, stands at the k-th place of the border.
inline int64_t border_source(int64_t k, bool edge) { return edge ? 0 : k; }

/// Fills the left and right border of a row whose inside is written.
template <typename T>
void fill_sides(T *row, int64_t width, int64_t c, int64_t pad, bool edge) {
    for (int64_t k = 1; k <= pad; k++) {
        const int64_t s = border_source(k, edge);
        memcpy(row + (pad - k) * c, row + (pad + s) * c, sizeof(T) * c);
        memcpy(row + (pad + width - 1 + k) * c, row + (pad + width - 1 - s) * c, sizeof(T) * c);
    }
}

} // namespace vs
