// Instance normalization of channels-last images, fused with what follows it in these networks: ReLU or the residual sum,
// nearest-neighbour upsampling, and the reflection padding of the next convolution.
//
// Sums are taken in float over 256 pixels and in double beyond that, around the first pixel of each channel so that a large
// mean costs no precision, and in an order that does not depend on the threads.
//
// The statistics of one image can be used to normalize a region of another: as if the region were computed within the whole image.
#include "kernels_norm_rows.hpp"

namespace {

using namespace vs;

// ---- statistics: `[count][2][channels]` floats, mean and 1/σ ----

/// Measures images, given as one part or as the four interleaved parts of their sub-pixels.
template <typename T>
void measure(const std::vector<rows<const T>> &parts, double eps, float *statistics) {
    const auto &x = parts.front();
    const int64_t c = x.channels;
    // Separate sums for each row: added in order, they give the same result with any number of threads.
    std::vector<double> partial(static_cast<size_t>(x.count * x.height * 2 * c));
    std::vector<float> pivot(static_cast<size_t>(x.count * c));
    for (int64_t n = 0; n < x.count; n++)
        for (int64_t k = 0; k < c; k++) pivot[n * c + k] = load(x.at(n, 0) + k);

    parallel_for<float>(0, x.count * x.height, row_grain(x.width * c), 2 * c, [&](int64_t begin, int64_t end, float *block) {
        for (int64_t r = begin; r < end; r++) {
            const int64_t n = r / x.height;
            double *target = &partial[static_cast<size_t>(r * 2 * c)];
            for (const auto &part : parts)
                add_row_sums(part.at(n, r % x.height), x.width, part.pixel, c, &pivot[n * c], block, target);
        }
    });

    const double pixels = static_cast<double>(x.height) * static_cast<double>(x.width) * static_cast<double>(parts.size());
    std::vector<double> total(static_cast<size_t>(2 * c));
    for (int64_t n = 0; n < x.count; n++) {
        std::fill(total.begin(), total.end(), 0.0);
        for (int64_t y = 0; y < x.height; y++)
            for (int64_t k = 0; k < 2 * c; k++) total[k] += partial[static_cast<size_t>((n * x.height + y) * 2 * c + k)];
        finish_statistics(total.data(), &pivot[n * c], pixels, eps, c, statistics + n * 2 * c, statistics + (n * 2 + 1) * c);
    }
}

// ---- forward ----

/// Fills the upper and lower padding of image n, whose other rows are complete.
template <typename T>
void fill_ends(const rows<T> &y, int64_t n, const norm_options &o) {
    const int64_t last = y.height - 1 - o.pad;
    const size_t bytes = sizeof(T) * static_cast<size_t>(y.width * y.channels);
    for (int64_t k = 1; k <= o.pad; k++) {
        const int64_t s = padding_source(k, o.edge);
        memcpy(y.at(n, o.pad - k), y.at(n, o.pad + s), bytes);
        memcpy(y.at(n, last + k), y.at(n, last - s), bytes);
    }
}

template <typename T>
void write_row(const T *x, const T *residual, T *target, T *scratch, int64_t width, int64_t c, const coefficients &f,
               const norm_options &o) {
    const auto lanes = static_cast<int64_t>(f.a.size());
    const float low = lowest(o.relu);
    T *inside = target + o.pad * c;
    if (o.scale == 1) {
        norm_apply(x, residual, inside, width * c, lanes, f.m.data(), f.a.data(), f.b.data(), low);
    } else {
        norm_apply(x, residual, scratch, width * c, lanes, f.m.data(), f.a.data(), f.b.data(), low);
        for (int64_t i = 0; i < width; i++)
            for (int64_t s = 0; s < o.scale; s++) memcpy(inside + (i * o.scale + s) * c, scratch + i * c, sizeof(T) * c);
    }
    fill_sides(target, width * o.scale, c, o.pad, o.edge);
}

template <typename T>
void write_images(const vs_image_batch &input, const vs_image_batch *residual, const float *weight, const float *bias,
                    const float *statistics, const norm_options &o, const vs_image_batch &output) {
    const auto x = rows_of<const T>(input);
    const auto y = rows_of<T>(output);
    const rows<const T> r = residual ? rows_of<const T>(*residual) : rows<const T>{};
    const int64_t c = x.channels, line = x.width * c;
    const size_t bytes = sizeof(T) * static_cast<size_t>(y.width * c);

    for (int64_t n = 0; n < x.count; n++) {
        const coefficients f(statistics + n * 2 * c, statistics + (n * 2 + 1) * c, weight, bias, c, repeat_of(c));
        parallel_for<T>(0, x.height, row_grain(line), o.scale > 1 ? line : 0, [&](int64_t begin, int64_t end, T *scratch) {
            for (int64_t i = begin; i < end; i++) {
                T *first = y.at(n, o.pad + i * o.scale);
                write_row(x.at(n, i), residual ? r.at(n, i) : nullptr, first, scratch, x.width, c, f, o);
                for (int64_t k = 1; k < o.scale; k++) memcpy(first + k * y.row, first, bytes);
            }
        });
        fill_ends(y, n, o);
    }
}

// ---- sub-pixel convolution ----
//
// A 3x3 convolution after nearest-neighbour upsampling by 2 reads only four different pixels for each result, so that a 2x2
// convolution at the low resolution gives the same for 4/9 of the work. It has four times the channels, one set for each
// sub-pixel (a, b); sub-pixel (a, b) of pixel (y, x) is at (y + a, x + b).

template <typename T>
std::vector<rows<const T>> subpixels_of(const vs_image_batch &x) {
    const auto all = rows_of<const T>(x);
    std::vector<rows<const T>> subpixels;
    for (int64_t i = 0; i < 4; i++) {
        auto part = all;
        part.channels = all.channels / 4;
        part.height = all.height - 1;
        part.width = all.width - 1;
        part.data += i / 2 * all.row + i % 2 * all.pixel + i * part.channels;
        subpixels.push_back(part);
    }
    return subpixels;
}

template <typename T>
void write_subpixels(const std::vector<rows<const T>> &subpixels, const float *weight, const float *bias, const float *statistics,
                  const norm_options &o, const vs_image_batch &output) {
    const auto &x = subpixels.front();
    const auto y = rows_of<T>(output);
    const int64_t c = x.channels;
    for (int64_t n = 0; n < x.count; n++) {
        const coefficients f(statistics + n * 2 * c, statistics + (n * 2 + 1) * c, weight, bias, c, 1);
        parallel_for(0, 2 * x.height, row_grain(x.width * c, 32768), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; i++) {
                T *target = y.at(n, o.pad + i);
                for (int64_t b = 0; b < 2; b++) {
                    const auto &part = subpixels[static_cast<size_t>(i % 2 * 2 + b)];
                    norm_spread(part.at(n, i / 2), target + (o.pad + b) * c, x.width, c, part.pixel, 2 * c, f.m.data(), f.a.data(),
                                f.b.data(), lowest(o.relu));
                }
                fill_sides(target, 2 * x.width, c, o.pad, o.edge);
            }
        });
        fill_ends(y, n, o);
    }
}

} // namespace

vs_status vs_instance_norm(const vs_image_batch *x, const float *weight, const float *bias, const vs_image_batch *residual,
                           const vs_norm_options *options, float *statistics, int32_t given, const vs_image_batch *y) {
    return guard([&] {
        require(is_readable(x), "vs_instance_norm: x must be channels-last images of float or bfloat16");
        require(weight && bias && statistics && options, "vs_instance_norm: weight, bias, statistics and options must be given");
        const norm_options o(*options);
        require(fits(o, x->height, x->width), "vs_instance_norm: the padding must be narrower than the image");
        require(!o.edge || o.scale == 1, "vs_instance_norm: an upsampled image cannot have replicate padding");
        require(!residual || (!o.relu && is_readable(residual) && same_shape(*residual, *x) && residual->dtype == x->dtype),
                "vs_instance_norm: a residual must be of x's size and dtype, and without ReLU");
        require(is_writable(y) && y->dtype == x->dtype &&
                    has_shape(*y, x->count, x->channels, x->height * o.scale + 2 * o.pad, x->width * o.scale + 2 * o.pad),
                "vs_instance_norm: y must be of x's dtype and of the size of the result");
        with_type(x->dtype, [&](auto type) {
            using T = decltype(type);
            if (!given) measure<T>({rows_of<const T>(*x)}, o.eps, statistics);
            write_images<T>(*x, residual, weight, bias, statistics, o, *y);
        });
        return VS_OK;
    });
}

vs_status vs_subpixel_norm(const vs_image_batch *x, const float *weight, const float *bias, const vs_norm_options *options,
                        float *statistics, int32_t given, const vs_image_batch *y) {
    return guard([&] {
        require(is_readable(x) && x->channels % 4 == 0 && x->height > 1 && x->width > 1,
                "vs_subpixel_norm: x must be channels-last images of float or bfloat16, of four sub-pixels, with one more row and column than pixels");
        require(weight && bias && statistics && options, "vs_subpixel_norm: weight, bias, statistics and options must be given");
        const norm_options o(*options);
        const int64_t height = 2 * (x->height - 1), width = 2 * (x->width - 1);
        require(o.scale == 1 && fits(o, height, width), "vs_subpixel_norm: scale must be 1, and the padding narrower than the image");
        require(is_writable(y) && y->dtype == x->dtype && has_shape(*y, x->count, x->channels / 4, height + 2 * o.pad, width + 2 * o.pad),
                "vs_subpixel_norm: y must be of x's dtype and of the size of the result");
        with_type(x->dtype, [&](auto type) {
            using T = decltype(type);
            const auto subpixels = subpixels_of<T>(*x);
            if (!given) measure<T>(subpixels, o.eps, statistics);
            write_subpixels<T>(subpixels, weight, bias, statistics, o, *y);
        });
        return VS_OK;
    });
}
