// Instance normalisation of channels-last pictures, with everything that follows it in these networks in the same pass:
// ReLU or the residual sum, nearest-neighbour enlargement, and the reflected border that the next convolution reads.
//
// libtorch's instance_norm and reflection_pad2d both leave the channels-last layout, and its bfloat16 group_norm in that
// layout is wrong in 1.13. Here sums are taken in float over 256 pixels and in double beyond that, around the first pixel
// of each channel so that a large mean costs no precision, and in an order that does not depend on the threads.
//
// The statistics of one picture can be taken along, and part of another be normalised with them: as if it were seen inside a
// picture of which the rest is not computed.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "guard.hpp"
#include "torch_norm_rows.hpp"

namespace vs {

at::Tensor empty_rows(const at::Tensor &like, int64_t count, int64_t channels, int64_t height, int64_t width) {
    return at::empty({count, channels, height, width}, like.options().memory_format(c10::nullopt),
                     at::MemoryFormat::ChannelsLast);
}

} // namespace vs

namespace {

using namespace vs;

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
VS_SIMD void gradient_apply(const float *x, const float *d, float *out, int64_t pixels, int64_t c, const float *a,
                            const float *slope, const float *offset) {
    for (int64_t i = 0; i < pixels; i++, x += c, d += c, out += c)
        for (int64_t k = 0; k < c; k++) out[k] = a[k] * d[k] + slope[k] * x[k] + offset[k];
}
VS_SIMD void add(float *target, const float *source, int64_t n) {
    for (int64_t k = 0; k < n; k++) target[k] += source[k];
}

// ---- statistics ----

/// Mean and 1/σ of each picture and channel, as `[count, channels]` floats.
struct statistics {
    std::vector<float> mean, inverse;
};

/// Where the statistics come from: measured, measured and kept in `[2, channels]` floats (mean, 1/σ), or read from there.
struct kept_statistics {
    optional_tensor values;
    bool given = false;

    void check(int64_t count, int64_t channels) const {
        TORCH_CHECK(values.has_value() || !given, "norm: statistics that are given");
        TORCH_CHECK(!values.has_value() || (count == 1 && values->scalar_type() == at::kFloat && values->is_contiguous() && values->dim() == 2 &&
                                            values->size(0) == 2 && values->size(1) == channels && values->device().is_cpu()),
                    "norm: statistics of one picture, floats of shape [2, channels]");
    }

    /// Those that are given, or else what `measured` returns.
    template <typename Measure>
    statistics get(int64_t channels, Measure &&measured) const {
        if (!given) {
            statistics s = measured();
            if (values.has_value()) {
                std::copy(s.mean.begin(), s.mean.end(), values->data_ptr<float>());
                std::copy(s.inverse.begin(), s.inverse.end(), values->data_ptr<float>() + channels);
            }
            return s;
        }
        const float *all = values->data_ptr<float>();
        return {{all, all + channels}, {all + channels, all + 2 * channels}};
    }
};

/// Measures pictures that are given as one part, or as four whose pixels lie between one another.
template <typename T>
statistics measure(const std::vector<rows<const T>> &parts, double eps) {
    const auto &x = parts.front();
    const int64_t c = x.channels;
    // The sums of each row, in a place of their own: adding them up in order makes the result the same on any number of threads.
    std::vector<double> partial(static_cast<size_t>(x.count * x.height * 2 * c));
    std::vector<float> pivot(static_cast<size_t>(x.count * c));
    for (int64_t n = 0; n < x.count; n++)
        for (int64_t k = 0; k < c; k++) pivot[n * c + k] = load(x.at(n, 0) + k);

    int64_t grain = std::max<int64_t>(1, 65536 / (x.width * c));
    at::parallel_for(0, x.count * x.height, grain, [&](int64_t begin, int64_t end) {
        std::vector<float> block(static_cast<size_t>(2 * c));
        for (int64_t r = begin; r < end; r++) {
            const int64_t n = r / x.height;
            double *target = &partial[static_cast<size_t>(r * 2 * c)];
            for (const auto &part : parts)
                add_row_sums(part.at(n, r % x.height), x.width, part.pixel, c, &pivot[n * c], block.data(), target);
        }
    });

    statistics result{std::vector<float>(static_cast<size_t>(x.count * c)), std::vector<float>(static_cast<size_t>(x.count * c))};
    const double pixels = static_cast<double>(x.height) * static_cast<double>(x.width) * static_cast<double>(parts.size());
    std::vector<double> total(static_cast<size_t>(2 * c));
    for (int64_t n = 0; n < x.count; n++) {
        std::fill(total.begin(), total.end(), 0.0);
        for (int64_t y = 0; y < x.height; y++)
            for (int64_t k = 0; k < 2 * c; k++) total[k] += partial[static_cast<size_t>((n * x.height + y) * 2 * c + k)];
        finish_statistics(total.data(), &pivot[n * c], pixels, eps, c, &result.mean[n * c], &result.inverse[n * c]);
    }
    return result;
}

// ---- forward ----

/// Fills the upper and lower border of picture n whose other rows are complete.
template <typename T>
void fill_ends(const rows<T> &y, int64_t n, const norm_options &o) {
    const int64_t last = y.height - 1 - o.pad;
    const size_t bytes = sizeof(T) * static_cast<size_t>(y.row);
    for (int64_t k = 1; k <= o.pad; k++) {
        const int64_t s = border_source(k, o.edge);
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
void forward_rows(const at::Tensor &input, const at::Tensor *residual, const at::Tensor &weight, const at::Tensor &bias,
                  const statistics &s, const norm_options &o, at::Tensor &output) {
    const auto x = rows_of<const T>(input);
    const auto y = rows_of<T>(output);
    const rows<const T> r = residual ? rows_of<const T>(*residual) : rows<const T>{};
    const int64_t c = x.channels, repeat = std::max<int64_t>(1, 256 / c);
    const size_t bytes = sizeof(T) * static_cast<size_t>(y.row);

    for (int64_t n = 0; n < x.count; n++) {
        const coefficients f(&s.mean[n * c], &s.inverse[n * c], weight, bias, repeat);
        int64_t grain = std::max<int64_t>(1, 65536 / (x.width * c));
        at::parallel_for(0, x.height, grain, [&](int64_t begin, int64_t end) {
            std::vector<T> scratch(o.scale > 1 ? static_cast<size_t>(x.width * c) : 0);
            for (int64_t i = begin; i < end; i++) {
                T *first = y.at(n, o.pad + i * o.scale);
                write_row(x.at(n, i), residual ? r.at(n, i) : nullptr, first, scratch.data(), x.width, c, f, o);
                for (int64_t k = 1; k < o.scale; k++) memcpy(first + k * y.row, first, bytes);
            }
        });
        fill_ends(y, n, o);
    }
}

at::Tensor forward_cpu(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, const at::Tensor *residual,
                       const norm_options &o, const kept_statistics &kept, statistics &s) {
    auto y = empty_rows(x, x.size(0), x.size(1), x.size(2) * o.scale + 2 * o.pad, x.size(3) * o.scale + 2 * o.pad);
    if (x.scalar_type() == at::kFloat) {
        s = kept.get(x.size(1), [&] { return measure<float>({rows_of<const float>(x)}, o.eps); });
        forward_rows<float>(x, residual, weight, bias, s, o, y);
    } else {
        s = kept.get(x.size(1), [&] { return measure<bf16>({rows_of<const bf16>(x)}, o.eps); });
        forward_rows<bf16>(x, residual, weight, bias, s, o, y);
    }
    return y;
}

// ---- enlargement by phases ----
//
// A 3x3 convolution of a picture enlarged twofold by repetition reads only four different pixels for each result, so that
// a 2x2 convolution of the small picture gives the same for 4/9 of the work. It has four results a pixel, one for each
// phase (a, b) of the large picture, of which phase (a, b) at (y, x) lies at (y + a, x + b).

template <typename T>
std::vector<rows<const T>> phases_of(const at::Tensor &x) {
    const auto all = rows_of<const T>(x);
    std::vector<rows<const T>> phases;
    for (int64_t phase = 0; phase < 4; phase++) {
        auto part = all;
        part.channels = all.channels / 4;
        part.height = all.height - 1;
        part.width = all.width - 1;
        part.data += phase / 2 * all.row + phase % 2 * all.pixel + phase * part.channels;
        phases.push_back(part);
    }
    return phases;
}

template <typename T>
at::Tensor forward_phases(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias, const norm_options &o,
                          const kept_statistics &kept) {
    const auto phases = phases_of<T>(input);
    const auto &x = phases.front();
    const int64_t c = x.channels;
    const auto s = kept.get(c, [&] { return measure<T>(phases, o.eps); });
    auto output = empty_rows(input, x.count, c, 2 * x.height + 2 * o.pad, 2 * x.width + 2 * o.pad);
    const auto y = rows_of<T>(output);
    for (int64_t n = 0; n < x.count; n++) {
        const coefficients f(&s.mean[n * c], &s.inverse[n * c], weight, bias, 1);
        at::parallel_for(0, 2 * x.height, std::max<int64_t>(1, 32768 / (x.width * c)), [&](int64_t begin, int64_t end) {
            for (int64_t i = begin; i < end; i++) {
                T *target = y.at(n, o.pad + i);
                for (int64_t b = 0; b < 2; b++) {
                    const auto &part = phases[static_cast<size_t>(i % 2 * 2 + b)];
                    norm_spread(part.at(n, i / 2), target + (o.pad + b) * c, x.width, c, part.pixel, 2 * c, f.m.data(), f.a.data(),
                           f.b.data(), lowest(o.relu));
                }
                fill_sides(target, 2 * x.width, c, o.pad, o.edge);
            }
        });
        fill_ends(y, n, o);
    }
    return output;
}

// ---- backward, in float ----

/// Adds one row of the output's gradient to the row that it was written from.
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

/// The gradient of what was enlarged and padded: every copy of a pixel adds to it.
at::Tensor fold(const at::Tensor &gradient, int64_t height, int64_t width, const norm_options &o) {
    auto result = empty_rows(gradient, gradient.size(0), gradient.size(1), height, width);
    const auto g = rows_of<const float>(gradient);
    const auto d = rows_of<float>(result);
    const int64_t tall = height * o.scale, c = d.channels;
    at::parallel_for(0, d.count * height, std::max<int64_t>(1, 65536 / (width * c)), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; r++) {
            const int64_t n = r / height, y = r % height;
            float *target = d.at(n, y);
            std::fill(target, target + width * c, 0.f);
            for (int64_t u = y * o.scale; u < (y + 1) * o.scale; u++) {
                fold_row(g.at(n, o.pad + u), target, width, c, o);
                if (u >= 1 && u <= o.pad) fold_row(g.at(n, o.pad - u), target, width, c, o);
                if (tall - 1 - u >= 1 && tall - 1 - u <= o.pad) fold_row(g.at(n, o.pad + 2 * (tall - 1) - u), target, width, c, o);
            }
        }
    });
    return result;
}

/// d becomes its ReLU-masked self; returns the gradients of input, weight and bias.
std::vector<at::Tensor> backward_norm(const at::Tensor &input, at::Tensor &gradient, const at::Tensor &weight,
                                      const at::Tensor &bias, const statistics &s, bool relu) {
    const auto x = rows_of<const float>(input);
    const auto d = rows_of<float>(gradient);
    auto result = empty_rows(input, x.count, x.channels, x.height, x.width);
    const auto out = rows_of<float>(result);
    auto weight_gradient = at::zeros_like(weight), bias_gradient = at::zeros_like(bias);
    float *dw = weight_gradient.data_ptr<float>(), *db = bias_gradient.data_ptr<float>();
    const int64_t c = x.channels, grain = std::max<int64_t>(1, 65536 / (x.width * c));
    const double pixels = static_cast<double>(x.height) * static_cast<double>(x.width);

    for (int64_t n = 0; n < x.count; n++) {
        const coefficients f(&s.mean[n * c], &s.inverse[n * c], weight, bias, 1);
        const float *inverse = &s.inverse[n * c];
        std::vector<float> partial(static_cast<size_t>(x.height * 2 * c));
        at::parallel_for(0, x.height, grain, [&](int64_t begin, int64_t end) {
            for (int64_t y = begin; y < end; y++) {
                float *sum = &partial[static_cast<size_t>(y * 2 * c)];
                gradient_sums(x.at(n, y), d.at(n, y), x.width, c, f.m.data(), f.a.data(), f.b.data(), inverse, relu, sum,
                              sum + c);
            }
        });
        std::vector<double> total(static_cast<size_t>(2 * c));
        for (int64_t y = 0; y < x.height; y++)
            for (int64_t k = 0; k < 2 * c; k++) total[k] += partial[static_cast<size_t>(y * 2 * c + k)];

        // dx = a (d − mean(d) − x̂ mean(d x̂)), with x̂ = (x − mean)/σ written out so that one pass over x is enough.
        std::vector<float> slope(static_cast<size_t>(c)), offset(static_cast<size_t>(c));
        for (int64_t k = 0; k < c; k++) {
            double sum = total[k] / pixels, dot = total[c + k] / pixels;
            slope[k] = static_cast<float>(-f.a[k] * dot * inverse[k]);
            offset[k] = static_cast<float>(-f.a[k] * (sum - dot * inverse[k] * f.m[k]));
            db[k] += static_cast<float>(total[k]);
            dw[k] += static_cast<float>(total[c + k]);
        }
        at::parallel_for(0, x.height, grain, [&](int64_t begin, int64_t end) {
            for (int64_t y = begin; y < end; y++)
                gradient_apply(x.at(n, y), d.at(n, y), out.at(n, y), x.width, c, f.a.data(), slope.data(), offset.data());
        });
    }
    return {result, weight_gradient, bias_gradient};
}

at::Tensor from_vector(const std::vector<float> &values) {
    auto tensor = at::empty({static_cast<int64_t>(values.size())}, at::kFloat);
    std::copy(values.begin(), values.end(), tensor.data_ptr<float>());
    return tensor;
}

std::vector<float> to_vector(const at::Tensor &tensor) {
    const float *values = tensor.data_ptr<float>();
    return {values, values + tensor.numel()};
}

struct norm_function : torch::autograd::Function<norm_function> {
    static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &x, const at::Tensor &weight,
                              const at::Tensor &bias, const optional_tensor &residual, bool relu, int64_t scale,
                              int64_t pad, double eps) {
        statistics s;
        norm_options o{relu, scale, pad, eps};
        auto y = forward_cpu(x, weight, bias, residual.has_value() ? &*residual : nullptr, o, {}, s);
        context->save_for_backward({x, weight, bias, from_vector(s.mean), from_vector(s.inverse)});
        context->saved_data["relu"] = relu;
        context->saved_data["scale"] = scale;
        context->saved_data["pad"] = pad;
        context->saved_data["residual"] = residual.has_value();
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto saved = context->get_saved_variables();
        norm_options o{context->saved_data["relu"].toBool(), context->saved_data["scale"].toInt(),
                       context->saved_data["pad"].toInt(), 0};
        statistics s{to_vector(saved[3]), to_vector(saved[4])};
        auto g = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
        auto d = o.scale == 1 && o.pad == 0 ? g.clone() : fold(g, saved[0].size(2), saved[0].size(3), o);
        bool residual = context->saved_data["residual"].toBool();
        auto all = backward_norm(saved[0], d, saved[1], saved[2], s, o.relu);
        return {all[0], all[1], all[2], residual ? d : at::Tensor(), {}, {}, {}, {}};
    }
};

/// The same arithmetic from libtorch's own operators: on a GPU, and in double precision.
at::Tensor composite(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, const at::Tensor &residual,
                     const norm_options &o) {
    auto wide = x.scalar_type() == at::kDouble ? x : x.to(at::kFloat); // half precision overflows in sums of squares
    auto y = at::instance_norm(wide, weight.to(wide.scalar_type()), bias.to(wide.scalar_type()), {}, {}, true, 0.1, o.eps, false);
    if (o.relu) y = at::relu(y);
    y = y.to(x.scalar_type());
    if (residual.defined()) y = y + residual;
    if (o.scale > 1) y = at::upsample_nearest2d(y, {y.size(2) * o.scale, y.size(3) * o.scale});
    if (o.pad > 0 && o.edge) y = at::replication_pad2d(y, {o.pad, o.pad, o.pad, o.pad});
    if (o.pad > 0 && !o.edge) y = at::reflection_pad2d(y, {o.pad, o.pad, o.pad, o.pad});
    return y.contiguous(at::MemoryFormat::ChannelsLast);
}

at::Tensor instance_norm(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias,
                         const optional_tensor &residual, bool relu, int64_t scale, int64_t pad, bool edge, double eps,
                         const optional_tensor &values, bool given) {
    norm_options o{relu, scale, pad, eps, edge};
    const kept_statistics kept{values, given};
    at::Tensor other = residual.has_value() ? *residual : at::Tensor();
    TORCH_CHECK(x.dim() == 4 && weight.dim() == 1 && weight.size(0) == x.size(1) && bias.sizes() == weight.sizes(),
                "instance_norm: one weight and one bias for each channel");
    TORCH_CHECK(!other.defined() || (!relu && other.sizes() == x.sizes()), "instance_norm: a residual of x's size, and no ReLU");
    TORCH_CHECK(scale >= 1 && pad >= 0 && pad < x.size(2) * scale && pad < x.size(3) * scale,
                "instance_norm: the border must be narrower than the picture");

    TORCH_CHECK(!edge || scale == 1, "instance_norm: an edge border of an enlarged picture is not needed by anyone");

    const bool plain_weights = weight.scalar_type() == at::kFloat && weight.is_contiguous() && bias.is_contiguous() &&
                               bias.scalar_type() == at::kFloat;
    const bool grad = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad() || bias.requires_grad() ||
                                                     (other.defined() && other.requires_grad()));
    const bool type = x.scalar_type() == at::kFloat || (x.scalar_type() == at::kBFloat16 && !grad);
    TORCH_CHECK(!edge || !grad, "instance_norm: an edge border has no gradient");
    kept.check(x.size(0), x.size(1));
    const bool own = type && plain_weights && x.numel() > 0 && x.device().is_cpu();
    TORCH_CHECK(!values.has_value() || (own && !grad), "instance_norm: statistics are kept on the processor, in float or bfloat16, without gradient");
    if (!own) return composite(x, weight, bias, other, o);

    auto dense = has_rows(x) ? x : x.contiguous(at::MemoryFormat::ChannelsLast);
    if (other.defined()) {
        other = other.to(x.scalar_type());
        if (!has_rows(other)) other = other.contiguous(at::MemoryFormat::ChannelsLast);
    }
    if (grad) {
        auto optional = other.defined() ? optional_tensor(other) : optional_tensor();
        return norm_function::apply(dense, weight, bias, optional, relu, scale, pad, eps);
    }
    statistics s;
    return forward_cpu(dense, weight, bias, other.defined() ? &other : nullptr, o, kept, s);
}

at::Tensor phase_norm(const at::Tensor &x, const at::Tensor &weight, const at::Tensor &bias, bool relu, int64_t pad, bool edge,
                      double eps, const optional_tensor &values, bool given) {
    const kept_statistics kept{values, given};
    norm_options o{relu, 1, pad, eps, edge};
    TORCH_CHECK(x.dim() == 4 && x.size(1) == 4 * weight.size(0) && bias.sizes() == weight.sizes() && x.size(2) > 1 && x.size(3) > 1,
                "phase_norm: four channels for each weight, and one more row and column than pixels");
    TORCH_CHECK(pad >= 0 && pad < 2 * (x.size(2) - 1) && pad < 2 * (x.size(3) - 1), "phase_norm: the border must be narrower than the picture");
    TORCH_CHECK(has_rows(x) && weight.scalar_type() == at::kFloat && bias.scalar_type() == at::kFloat && weight.is_contiguous() &&
                    bias.is_contiguous() && !(at::GradMode::is_enabled() && x.requires_grad()),
                "phase_norm: channels-last pictures on the processor, weights in float, no gradient");
    kept.check(x.size(0), weight.size(0));
    if (x.scalar_type() == at::kFloat) return forward_phases<float>(x, weight, bias, o, kept);
    TORCH_CHECK(x.scalar_type() == at::kBFloat16, "phase_norm: float or bfloat16");
    return forward_phases<bf16>(x, weight, bias, o, kept);
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("phase_norm(Tensor x, Tensor weight, Tensor bias, bool relu=False, int pad=0, bool edge=False, float eps=1e-5, "
                "Tensor(a!)? statistics=None, bool given=False) -> Tensor",
                &phase_norm);
    library.def("instance_norm(Tensor x, Tensor weight, Tensor bias, Tensor? residual=None, bool relu=False, int scale=1, "
                "int pad=0, bool edge=False, float eps=1e-5, Tensor(a!)? statistics=None, bool given=False) -> Tensor",
                &instance_norm);
}
