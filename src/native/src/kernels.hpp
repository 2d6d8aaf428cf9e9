// Shared by the kernels: dtypes, channels-last images and their checks, the choice of the instruction set, and the split of rows
// between threads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "guard.hpp"

// One body, compiled for three generations of processors and chosen when the library is loaded.
#if !defined(__x86_64__) || !defined(__GNUC__) || defined(__clang__)
#define VS_SIMD
#elif __GNUC__ >= 12
#define VS_SIMD __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else // levels of x86-64 cannot be named here
#define VS_SIMD __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#define VS_INLINE inline __attribute__((always_inline))

namespace vs {

/// bfloat16 as plain bits, so that loops over it vectorize.
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
    // Round to nearest even; rounding a NaN up could make it finite.
    uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    p->bits = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

/// A batch of channels-last images: pixel (n, y, x) starts at `data + n·batch + y·row + x·pixel`.
template <typename T>
struct rows {
    T *data;
    int64_t count, channels, height, width;
    int64_t batch, row, pixel; // strides in elements

    T *at(int64_t n, int64_t y) const { return data + n * batch + y * row; }
};

template <typename T>
rows<T> rows_of(const vs_image_batch &p) {
    return {static_cast<T *>(p.data), p.count, p.channels, p.height, p.width, p.batch, p.row, p.channels};
}

/// Calls `body` with a value of the dtype, float or bf16.
template <typename Body>
void with_type(int32_t dtype, Body &&body) {
    if (dtype == VS_FLOAT32) body(float{});
    else body(bf16{});
}

// ---- checks; `message` is the whole sentence ----

/// Sizes, padding and factors up to here multiply in pairs without overflow.
constexpr int64_t max_extent = int64_t{1} << 30;

inline bool is_extent(int64_t value) { return value >= 1 && value <= max_extent; }

/// Whether the images can be read, or written, as described; float or bfloat16.
bool is_readable(const vs_image_batch *p);
bool is_writable(const vs_image_batch *p);
bool has_shape(const vs_image_batch &p, int64_t count, int64_t channels, int64_t height, int64_t width);
inline bool same_shape(const vs_image_batch &p, const vs_image_batch &q) {
    return has_shape(p, q.count, q.channels, q.height, q.width);
}

// ---- threads ----

/// The entry points of an OpenMP runtime; all of them, or none.
struct openmp {
    void (*parallel)(void (*body)(void *), void *context, unsigned threads, unsigned flags);
    int (*max_threads)();
    int (*num_threads)();
    int (*thread_num)();
};

/// The number of rows from which on waking another thread pays off.
inline int64_t row_grain(int64_t row_elements, int64_t elements = 65536) { return std::max<int64_t>(1, elements / row_elements); }

/// A split of rows into equal parts, one for each thread; computed before the threads run, so that their scratch can be allocated.
class row_split {
public:
    /// Splits [begin, end) between the calling thread's team, at most one thread for every `grain` rows.
    row_split(int64_t begin, int64_t end, int64_t grain);

    int64_t workers() const noexcept { return workers_; }

    /// Calls body(first, last, worker) on each thread. The body must not throw: nothing would catch it.
    template <typename Body>
    void run(const Body &body) const noexcept {
        run_parts([](const void *context, int64_t first, int64_t last, int64_t worker) noexcept {
            (*static_cast<const Body *>(context))(first, last, worker);
        }, &body);
    }

private:
    using part_function = void (*)(const void *context, int64_t first, int64_t last, int64_t worker) noexcept;
    struct team_task;

    void run_parts(part_function function, const void *context) const noexcept;
    static void run_member(void *task) noexcept;

    openmp runtime_;
    int64_t begin_, end_, workers_;
};

/// Calls body(first, last) for parts of [begin, end), on several threads where there is enough to do.
template <typename Body>
void parallel_for(int64_t begin, int64_t end, int64_t grain, const Body &body) {
    row_split(begin, end, grain).run([&](int64_t first, int64_t last, int64_t) { body(first, last); });
}

/// As the other, with scratch of `size` values for each thread: body(first, last, scratch).
template <typename T, typename Body>
void parallel_for(int64_t begin, int64_t end, int64_t grain, int64_t size, const Body &body) {
    const row_split split(begin, end, grain);
    const int64_t stride = (size + 63) / 64 * 64; // no two threads write to one cache line
    std::vector<T> room(static_cast<size_t>(split.workers() * stride));
    split.run([&](int64_t first, int64_t last, int64_t worker) { body(first, last, room.data() + worker * stride); });
}

/// Reflects an index into [0, n) without repeating the edge: -1 is 1 and n is n - 2; n = 1 has only 0.
inline int64_t mirror(int64_t i, int64_t n) {
    if (n == 1) return 0;
    int64_t period = 2 * (n - 1);
    i %= period;
    if (i < 0) i += period;
    return i < n ? i : period - i;
}

} // namespace vs
