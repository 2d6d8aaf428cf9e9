// Normalizes rows of channels-last images; shared by whole images and row tiles, so that both give the same result.
#pragma once

#include <limits>
#include <vector>

#include "kernels.hpp"

namespace vs {

struct norm_options {
    bool relu;
    int64_t scale, pad;
    double eps;
    bool edge; // the padding replicates the edge instead of reflecting

    explicit norm_options(const vs_norm_options &o)
        : relu(o.relu != 0), scale(o.scale), pad(o.pad), eps(o.eps), edge(o.edge != 0) {}
};

/// Whether an image of this size can be upsampled and padded.
inline bool fits(const norm_options &o, int64_t height, int64_t width) {
    return o.scale >= 1 && o.scale <= max_extent && o.pad >= 0 && o.pad < height * o.scale && o.pad < width * o.scale;
}

// ---- inner loops; `lanes` is a multiple of the channels, so that few channels still fill a vector ----

/// Adds the sums of pixels that are `stride` elements apart, around a pivot, to `sum`, and those of their squares to `square`.
void norm_sums(const float *x, int64_t pixels, int64_t stride, int64_t c, const float *pivot, float *sum, float *square);
void norm_sums(const bf16 *x, int64_t pixels, int64_t stride, int64_t c, const float *pivot, float *sum, float *square);

/// y = a (x − m) + b, plus the residual where there is one, or else not below `low`. y may be x or the residual.
void norm_apply(const float *x, const float *residual, float *y, int64_t n, int64_t lanes, const float *m, const float *a,
                const float *b, float low);
void norm_apply(const bf16 *x, const bf16 *residual, bf16 *y, int64_t n, int64_t lanes, const float *m, const float *a,
                const float *b, float low);

/// As `norm_apply`, from pixels that are `from` elements apart to pixels that are `to` elements apart.
void norm_spread(const float *x, float *y, int64_t pixels, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                 const float *b, float low);
void norm_spread(const bf16 *x, bf16 *y, int64_t pixels, int64_t c, int64_t from, int64_t to, const float *m, const float *a,
                 const float *b, float low);

// ---- statistics ----

constexpr int64_t float_pixels = 256; // pixels summed in float before they are added in double

/// Adds a row's sums, followed by those of the squares, to `target`; `block` is scratch for 2 c values.
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

/// The norm as y = a (x − m) + b, repeated over some pixels. In this form a flat image gives exactly b, where a·x + b'
/// would give rounding errors times 1/√eps.
struct coefficients {
    std::vector<float> m, a, b;

    coefficients(const float *mean, const float *inverse, const float *weight, const float *bias, int64_t c, int64_t repeat);
};

/// The number of pixels that coefficients are repeated over, so that few channels still fill a vector.
inline int64_t repeat_of(int64_t c) { return std::max<int64_t>(1, 256 / c); }

inline float lowest(bool relu) { return relu ? 0.f : -std::numeric_limits<float>::infinity(); }

// ---- padding ----

/// The pixel inside, counted from the edge, that the k-th pixel of the padding shows.
inline int64_t padding_source(int64_t k, bool edge) { return edge ? 0 : k; }

/// Fills the left and right padding of a row whose inside is written.
template <typename T>
void fill_sides(T *row, int64_t width, int64_t c, int64_t pad, bool edge) {
    for (int64_t k = 1; k <= pad; k++) {
        const int64_t s = padding_source(k, edge);
        memcpy(row + (pad - k) * c, row + (pad + s) * c, sizeof(T) * c);
        memcpy(row + (pad + width - 1 + k) * c, row + (pad + width - 1 - s) * c, sizeof(T) * c);
    }
}

} // namespace vs
