// The gradient of instance normalization, in float.
#include "kernels_norm_rows.hpp"

namespace {

using namespace vs;

// ---- inner loops ----

/// Sets the gradient to 0 where ReLU cut, and sums d and d·x̂ for each channel.
VS_SIMD void gradient_sums(const float *x, float *d, int64_t pixels, int64_t c, const float *mean, const float *a,
                           const float *b, const float *inverse, bool relu, float *sum, float *dot) {
    for (int64_t i = 0; i < pixels; i++, x += c, d += c)
        for (int64_t k = 0; k < c; k++) {
            float v = relu && (x[k] - mean[k]) * a[k] + b[k] <= 0 ? 0.f : d[k];
            d[k] = v;
            sum[k] += v;
            dot[k] += v * (x[k] - mean[k]) * inverse[k];
        }
}
VS_SIMD void gradient_apply(const float *x, float *d, int64_t pixels, int64_t c, const float *a, const float *slope,
                            const float *offset) {
    for (int64_t i = 0; i < pixels; i++, x += c, d += c)
        for (int64_t k = 0; k < c; k++) d[k] = a[k] * d[k] + slope[k] * x[k] + offset[k];
}
VS_SIMD void add(float *target, const float *source, int64_t n) {
    for (int64_t k = 0; k < n; k++) target[k] += source[k];
}

// ---- what follows the norm ----

/// Adds one row of the output's gradient to the input row that it was computed from.
void fold_row(const float *gradient, float *target, int64_t width, int64_t c, const norm_options &o) {
    const int64_t wide = width * o.scale;
    if (o.scale == 1)
        add(target, gradient + o.pad * c, width * c);
    else
        for (int64_t x = 0; x < wide; x++) add(target + x / o.scale * c, gradient + (o.pad + x) * c, c);
    for (int64_t k = 1; k <= o.pad; k++) {
        add(target + k / o.scale * c, gradient + (o.pad - k) * c, c);
        add(target + (wide - 1 - k) / o.scale * c, gradient + (o.pad + wide - 1 + k) * c, c);
    }
}

/// The gradient of upsampling and padding: every copy of a pixel adds to it.
void fold(const rows<const float> &g, const rows<float> &d, const norm_options &o) {
    const int64_t height = d.height, line = d.width * d.channels, tall = height * o.scale;
    parallel_for(0, d.count * height, row_grain(line), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const int64_t n = r / height, y = r % height;
            float *target = d.at(n, y);
            if (o.scale == 1 && o.pad == 0) {
                memcpy(target, g.at(n, y), sizeof(float) * static_cast<size_t>(line));
                continue;
            }
            std::fill(target, target + line, 0.f);
            for (int64_t u = y * o.scale; u < (y + 1) * o.scale; u++) {
                fold_row(g.at(n, o.pad + u), target, d.width, d.channels, o);
                if (u >= 1 && u <= o.pad) fold_row(g.at(n, o.pad - u), target, d.width, d.channels, o);
                if (tall - 1 - u >= 1 && tall - 1 - u <= o.pad)
                    fold_row(g.at(n, o.pad + 2 * (tall - 1) - u), target, d.width, d.channels, o);
            }
        }
    });
}

// ---- the norm ----

/// The gradient as x → a·d + slope·x + offset, for one image.
struct input_gradient {
    std::vector<float> slope, offset;

    /// dx = a (d − mean(d) − x̂ mean(d x̂)), with x̂ = (x − mean)/σ written out so that one pass over x is enough.
    input_gradient(const coefficients &f, const float *inverse, const std::vector<double> &total, double pixels) {
        const size_t c = f.a.size();
        for (size_t k = 0; k < c; k++) {
            const double sum = total[k] / pixels, dot = total[c + k] / pixels;
            slope.push_back(static_cast<float>(-f.a[k] * dot * inverse[k]));
            offset.push_back(static_cast<float>(-f.a[k] * (sum - dot * inverse[k] * f.m[k])));
        }
    }
};

/// Masks d where ReLU cut, and returns for each channel the sums of d and of d·x̂ over image n.
std::vector<double> sum_gradient(const rows<const float> &x, const rows<float> &d, int64_t n, const coefficients &f,
                                 const float *inverse, bool relu) {
    const int64_t c = x.channels;
    std::vector<float> partial(static_cast<size_t>(x.height * 2 * c));
    parallel_for(0, x.height, row_grain(x.width * c), [&](int64_t begin, int64_t end) {
        for (int64_t y = begin; y < end; y++) {
            float *sum = &partial[static_cast<size_t>(y * 2 * c)];
            gradient_sums(x.at(n, y), d.at(n, y), x.width, c, f.m.data(), f.a.data(), f.b.data(), inverse, relu, sum, sum + c);
        }
    });
    std::vector<double> total(static_cast<size_t>(2 * c));
    for (int64_t y = 0; y < x.height; y++)
        for (int64_t k = 0; k < 2 * c; k++) total[k] += partial[static_cast<size_t>(y * 2 * c + k)];
    return total;
}

/// Turns `dx`, which holds the gradient of the norm's result, into that of its input; sums those of weight and bias.
void norm_gradient(const rows<const float> &x, const rows<float> &dx, const float *weight, const float *bias,
                   const float *statistics, bool relu, float *dweight, float *dbias) {
    const int64_t c = x.channels;
    const double pixels = static_cast<double>(x.height) * static_cast<double>(x.width);
    std::fill(dweight, dweight + c, 0.f);
    std::fill(dbias, dbias + c, 0.f);
    for (int64_t n = 0; n < x.count; n++) {
        const float *mean = statistics + n * 2 * c, *inverse = mean + c;
        const coefficients f(mean, inverse, weight, bias, c, 1);
        const auto total = sum_gradient(x, dx, n, f, inverse, relu);
        for (int64_t k = 0; k < c; k++) {
            dbias[k] += static_cast<float>(total[static_cast<size_t>(k)]);
            dweight[k] += static_cast<float>(total[static_cast<size_t>(c + k)]);
        }
        const input_gradient g(f, inverse, total, pixels);
        parallel_for(0, x.height, row_grain(x.width * c), [&](int64_t begin, int64_t end) {
            for (int64_t y = begin; y < end; y++)
                gradient_apply(x.at(n, y), dx.at(n, y), x.width, c, f.a.data(), g.slope.data(), g.offset.data());
        });
    }
}

bool is_float_output(const vs_image_batch *p, const vs_image_batch &x) {
    return is_writable(p) && p->dtype == VS_FLOAT32 && same_shape(*p, x);
}

} // namespace

vs_status vs_instance_norm_backward(const vs_image_batch *x, const float *weight, const float *bias, const float *statistics,
                                    const vs_norm_options *options, const vs_image_batch *gradient, const vs_image_batch *dx,
                                    float *dweight, float *dbias, const vs_image_batch *dresidual) {
    return guard([&] {
        require(is_readable(x) && x->dtype == VS_FLOAT32, "vs_instance_norm_backward: x must be channels-last images of float");
        require(weight && bias && statistics && options && dweight && dbias,
                "vs_instance_norm_backward: weight, bias, their gradients, statistics and options must be given");
        const norm_options o(*options);
        require(fits(o, x->height, x->width), "vs_instance_norm_backward: the padding must be narrower than the image");
        require(!o.edge, "vs_instance_norm_backward: replicate padding has no gradient");
        require(is_readable(gradient) && gradient->dtype == VS_FLOAT32 &&
                    has_shape(*gradient, x->count, x->channels, x->height * o.scale + 2 * o.pad, x->width * o.scale + 2 * o.pad),
                "vs_instance_norm_backward: gradient must be of float and of the size of the norm's result");
        require(is_float_output(dx, *x), "vs_instance_norm_backward: dx must be of float and of x's size");
        require(!dresidual || (!o.relu && is_float_output(dresidual, *x)),
                "vs_instance_norm_backward: dresidual must be of float and of x's size, and without ReLU");
        const auto from = rows_of<const float>(*gradient);
        fold(from, rows_of<float>(*dx), o);
        if (dresidual) fold(from, rows_of<float>(*dresidual), o);
        norm_gradient(rows_of<const float>(*x), rows_of<float>(*dx), weight, bias, statistics, o.relu, dweight, dbias);
        return VS_OK;
    });
}
