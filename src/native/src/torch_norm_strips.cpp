// The norm of a picture that lies in strips, some rows at a time: what `instance_norm` and `phase_norm` do, in two halves.
// The sums of all rows are gathered while strips come out of a convolution; later the rows that the next convolution reads
// are normalised one strip at a time. Rows are added up in the same order and by the same loops as in a whole picture, so
// that no number differs, and nothing of the picture's size is made.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <vector>

#include "torch_norm_rows.hpp"

namespace {

using namespace vs;

/// Rows of a picture in strips, of which the first begins with row `top`.
template <typename T>
struct strip_rows {
    std::vector<const T *> row;
    int64_t top = 0, channels = 0, width = 0;

    strip_rows(at::TensorList strips, int64_t top_row) : top(top_row) {
        channels = strips[0].size(1);
        width = strips[0].size(3);
        for (const auto &strip : strips) {
            const auto rows = rows_of<const T>(strip);
            for (int64_t y = 0; y < rows.height; y++) row.push_back(rows.at(0, y));
        }
    }
    int64_t bottom() const { return top + static_cast<int64_t>(row.size()); }
    const T *at(int64_t y) const { return row[static_cast<size_t>(y - top)]; }

    /// Where the pixels of phase (a, b) of row r of an enlarged picture's halves begin; c of their numbers belong to it.
    const T *phase(int64_t r, int64_t a, int64_t b) const { return at(r + a) + b * channels + (2 * a + b) * (channels / 4); }
};

void check_strips(at::TensorList x, const char *name) {
    TORCH_CHECK(!x.empty(), name, ": no strip");
    for (const auto &strip : x)
        TORCH_CHECK(has_rows(strip) && strip.size(0) == 1 && strip.size(1) == x[0].size(1) && strip.size(3) == x[0].size(3) &&
                        strip.scalar_type() == x[0].scalar_type() && (strip.scalar_type() == at::kFloat || strip.scalar_type() == at::kBFloat16),
                    name, ": channels-last strips of one picture on the processor, float or bfloat16");
}

/// Calls `body` with the strips' rows in their type.
template <typename Body>
void with_rows(at::TensorList x, int64_t top, Body &&body) {
    if (x[0].scalar_type() == at::kFloat) body(strip_rows<float>(x, top));
    else body(strip_rows<bf16>(x, top));
}

int64_t grain(int64_t width, int64_t channels) { return std::max<int64_t>(1, 65536 / (width * channels)); }

// ---- sums ----

template <typename T>
void row_sums(const strip_rows<T> &x, int64_t first, int64_t last, bool phases, double *sums) {
    const int64_t c = phases ? x.channels / 4 : x.channels, width = phases ? x.width - 1 : x.width;
    if (first == 0) // the picture's first pixel is the pivot
        for (int64_t k = 0; k < c; k++) sums[k] = load(x.at(0) + k);
    const std::vector<float> pivot(sums, sums + c);
    std::vector<double> partial(static_cast<size_t>((last - first) * 2 * c));
    at::parallel_for(first, last, grain(x.width, x.channels), [&](int64_t begin, int64_t end) {
        std::vector<float> block(static_cast<size_t>(2 * c));
        for (int64_t r = begin; r < end; r++) {
            double *target = &partial[static_cast<size_t>((r - first) * 2 * c)];
            for (int64_t phase = 0; phase < (phases ? 4 : 1); phase++)
                add_row_sums(phases ? x.phase(r, phase / 2, phase % 2) : x.at(r), width, x.channels, c, pivot.data(), block.data(), target);
        }
    });
    for (int64_t r = 0; r < last - first; r++)
        for (int64_t k = 0; k < 2 * c; k++) sums[c + k] += partial[static_cast<size_t>(r * 2 * c + k)];
}

void norm_row_sums(at::TensorList x, int64_t top, int64_t first, int64_t last, bool phases, at::Tensor &sums) {
    check_strips(x, "norm_row_sums");
    const int64_t channels = phases ? x[0].size(1) / 4 : x[0].size(1);
    TORCH_CHECK(sums.scalar_type() == at::kDouble && sums.is_contiguous() && sums.dim() == 2 && sums.size(0) == 3 && sums.size(1) == channels,
                "norm_row_sums: doubles of shape [3, channels]");
    with_rows(x, top, [&](const auto &rows) {
        TORCH_CHECK(first >= top && last >= first && last + (phases ? 1 : 0) <= rows.bottom(), "norm_row_sums: rows that are there");
        row_sums(rows, first, last, phases, sums.data_ptr<double>());
    });
}

// ---- rows ----

struct row_form {
    int64_t height, first, pad;
    bool relu, phases, edge;
    const coefficients *norm; // null where rows are only given their border

    /// The picture's row that stands at row i of the result.
    int64_t source(int64_t i) const {
        const int64_t y = first + i - pad;
        return edge ? std::clamp<int64_t>(y, 0, height - 1) : mirror(y, height);
    }
};

template <typename T>
void write_rows(const strip_rows<T> &x, const rows<const T> *residual, const row_form &form, at::Tensor &out) {
    const auto y = rows_of<T>(out);
    const int64_t c = y.channels, width = y.width - 2 * form.pad;
    const auto *f = form.norm;
    at::parallel_for(0, y.height, grain(y.width, c), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t r = form.source(i);
            T *target = y.at(0, i) + form.pad * c;
            if (!f)
                memcpy(target, x.at(r), sizeof(T) * static_cast<size_t>(width * c));
            else if (form.phases)
                for (int64_t b = 0; b < 2; b++)
                    norm_spread(x.phase(r / 2, r % 2, b), target + b * c, width / 2, c, x.channels, 2 * c, f->m.data(), f->a.data(),
                                f->b.data(), lowest(form.relu));
            else
                norm_apply(x.at(r), residual ? residual->at(0, i) : nullptr, target, width * c, static_cast<int64_t>(f->a.size()),
                           f->m.data(), f->a.data(), f->b.data(), lowest(form.relu));
            fill_sides(y.at(0, i), width, c, form.pad, form.edge);
        }
    });
}

coefficients coefficients_of(const at::Tensor &sums, const at::Tensor &weight, const at::Tensor &bias, int64_t pixels, double eps, int64_t repeat) {
    const int64_t c = weight.size(0);
    TORCH_CHECK(sums.scalar_type() == at::kDouble && sums.is_contiguous() && sums.dim() == 2 && sums.size(0) == 3 && sums.size(1) == c &&
                    weight.scalar_type() == at::kFloat && bias.scalar_type() == at::kFloat && weight.is_contiguous() &&
                    bias.is_contiguous() && bias.sizes() == weight.sizes(),
                "norm_rows: sums, and weights in float, of each channel");
    const double *all = sums.data_ptr<double>();
    const std::vector<float> pivot(all, all + c);
    std::vector<float> mean(static_cast<size_t>(c)), inverse(static_cast<size_t>(c));
    finish_statistics(all + c, pivot.data(), static_cast<double>(pixels), eps, c, mean.data(), inverse.data());
    return {mean.data(), inverse.data(), weight, bias, repeat};
}

at::Tensor norm_rows(at::TensorList x, int64_t top, int64_t height, const optional_tensor &sums, const optional_tensor &weight,
                     const optional_tensor &bias, const optional_tensor &residual, bool relu, bool phases, int64_t first, int64_t last,
                     int64_t pad, bool edge, double eps) {
    check_strips(x, "norm_rows");
    const int64_t c = phases ? x[0].size(1) / 4 : x[0].size(1), width = phases ? 2 * (x[0].size(3) - 1) : x[0].size(3);
    TORCH_CHECK(first >= 0 && last > first && last <= height + 2 * pad && pad >= 0 && pad < height && pad < width, "norm_rows: rows of the bordered picture");
    TORCH_CHECK(sums.has_value() ? weight.has_value() && bias.has_value() : !phases && !relu && !residual.has_value(),
                "norm_rows: sums with weights, or a border alone");
    std::vector<coefficients> norm;
    if (sums.has_value()) norm.push_back(coefficients_of(*sums, *weight, *bias, height * width, eps, phases ? 1 : std::max<int64_t>(1, 256 / c)));
    row_form form{height, first, pad, relu, phases, edge, norm.empty() ? nullptr : &norm[0]};

    auto out = empty_rows(x[0], 1, c, last - first, width + 2 * pad);
    TORCH_CHECK(!residual.has_value() || (!relu && pad == 0 && !phases && has_rows(*residual) && residual->sizes() == out.sizes() &&
                                          residual->scalar_type() == out.scalar_type()),
                "norm_rows: a residual of the rows' size, without border and ReLU");
    with_rows(x, top, [&](const auto &rows_in) {
        using T = std::remove_const_t<std::remove_pointer_t<typename std::decay_t<decltype(rows_in.row)>::value_type>>;
        for (int64_t i = 0; i < last - first; i++) {
            const int64_t r = form.source(i), low = phases ? r / 2 + r % 2 : r;
            TORCH_CHECK(low >= rows_in.top && low < rows_in.bottom(), "norm_rows: row ", r, " is not there");
        }
        rows<const T> other{};
        if (residual.has_value()) other = rows_of<const T>(*residual);
        write_rows<T>(rows_in, residual.has_value() ? &other : nullptr, form, out);
    });
    return out;
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("norm_row_sums(Tensor[] x, int top, int first, int last, bool phases, Tensor(a!) sums) -> ()", &norm_row_sums);
    library.def("norm_rows(Tensor[] x, int top, int height, Tensor? sums, Tensor? weight, Tensor? bias, Tensor? residual, bool relu, "
                "bool phases, int first, int last, int pad, bool edge, float eps=1e-5) -> Tensor",
                &norm_rows);
}
