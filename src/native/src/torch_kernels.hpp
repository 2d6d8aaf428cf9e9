// What the own kernels share: element types, rows of channels-last pictures, and the choice of instruction set.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <cstring>
#include <utility>

// One body, compiled for three generations of processors and chosen when the library is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VS_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VS_SIMD
#endif
#define VS_INLINE inline __attribute__((always_inline))

namespace vs {

/// The optional tensor of this libtorch: c10's own type at first, std::optional later.
using optional_tensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

/// bfloat16 as the kernels see it: plain bits, so that loops over it vectorise.
struct bf16 {
    uint16_t bits;
};

VS_INLINE float load(const float *p) { return *p; }
VS_INLINE float load(const bf16 *p) {
    uint32_t bits = static_cast<uint32_t>(p->bits) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
VS_INLINE void store(float *p, float value) { *p = value; }
VS_INLINE void store(bf16 *p, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    // Round to nearest even; rounding a NaN up could make a number of it.
    uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    p->bits = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

/// A batch of pictures whose channels lie together: pixel (n, y, x) starts at `data + n·batch + y·row + x·pixel`.
template <typename T>
struct rows {
    T *data;
    int64_t count, channels, height, width;
    int64_t batch, row, pixel; // strides in elements

    T *at(int64_t n, int64_t y) const { return data + n * batch + y * row; }
};

/// Whether `rows_of` can see the tensor as it lies in memory; a view cut out of a larger picture is fine.
inline bool has_rows(const at::Tensor &t) {
    if (!t.device().is_cpu() || t.dim() != 4 || t.numel() == 0) return false;
    bool channels = t.size(1) == 1 || t.stride(1) == 1;
    return channels && (t.size(3) == 1 || t.stride(3) == t.size(1));
}

template <typename T>
rows<T> rows_of(const at::Tensor &t) {
    return {static_cast<T *>(t.data_ptr()), t.size(0), t.size(1), t.size(2), t.size(3), t.stride(0), t.stride(2), t.size(1)};
}

/// A new channels-last tensor of the same kind with another size.
at::Tensor empty_rows(const at::Tensor &like, int64_t count, int64_t channels, int64_t height, int64_t width);

/// Mirrors an index into [0, n) without repeating the edge: -1 is 1 and n is n - 2; n = 1 has only 0.
inline int64_t mirror(int64_t i, int64_t n) {
    if (n == 1) return 0;
    int64_t period = 2 * (n - 1);
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - i;
}

} // namespace vs
