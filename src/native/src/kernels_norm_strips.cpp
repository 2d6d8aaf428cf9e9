// The norm of a picture that lies in strips, some rows at a time: what `vs_instance_norm` and `vs_phase_norm` do, in two halves.
// The sums of all rows are gathered while strips come out of a convolution; later the rows that the next convolution reads
// are normalised one strip at a time. Rows are added up in the same order and by the same loops as in a whole picture, so
// that no number differs, and nothing of the picture's size is made.
#include "kernels_norm_rows.hpp"

namespace {

using namespace vs;

/// Rows of a picture in strips, of which the first begins with row `top`.
template <typename T>
struct strip_rows {
    std::vector<const T *> row;
    int64_t top = 0, channels = 0, width = 0;

    strip_rows(const vs_pictures *strips, int32_t count, int64_t top_row)
        : top(top_row), channels(strips[0].channels), width(strips[0].width) {
        for (int32_t i = 0; i < count; i++) {
            const auto strip = rows_of<const T>(strips[i]);
            for (int64_t y = 0; y < strip.height; y++) row.push_back(strip.at(0, y));
        }
    }
    int64_t bottom() const { return top + static_cast<int64_t>(row.size()); }
    const T *at(int64_t y) const { return row[static_cast<size_t>(y - top)]; }

    /// Where the pixels of phase (a, b) of row r of an enlarged picture's halves begin; c of their numbers belong to it.
    const T *phase(int64_t r, int64_t a, int64_t b) const { return at(r + a) + b * channels + (2 * a + b) * (channels / 4); }
};

bool are_strips(const vs_pictures *strips, int32_t count, bool phases) {
    if (!strips || count < 1) return false;
    for (int32_t i = 0; i < count; i++)
        if (!is_readable(&strips[i]) || strips[i].dtype != strips[0].dtype ||
            !has_shape(strips[i], 1, strips[0].channels, strips[i].height, strips[0].width))
            return false;
    return !phases || (strips[0].channels % 4 == 0 && strips[0].width > 1);
}

// ---- sums ----

template <typename T>
void row_sums(const strip_rows<T> &x, int64_t first, int64_t last, bool phases, double *sums) {
    const int64_t c = phases ? x.channels / 4 : x.channels, width = phases ? x.width - 1 : x.width;
    if (first == 0) // the picture's first pixel is the pivot
        for (int64_t k = 0; k < c; k++) sums[k] = load(x.at(0) + k);
    const std::vector<float> pivot(sums, sums + c);
    std::vector<double> partial(static_cast<size_t>((last - first) * 2 * c));
    parallel_for<float>(first, last, row_grain(x.width * x.channels), 2 * c, [&](int64_t begin, int64_t end, float *block) {
        for (int64_t r = begin; r < end; r++) {
            double *target = &partial[static_cast<size_t>((r - first) * 2 * c)];
            for (int64_t phase = 0; phase < (phases ? 4 : 1); phase++)
                add_row_sums(phases ? x.phase(r, phase / 2, phase % 2) : x.at(r), width, x.channels, c, pivot.data(), block, target);
        }
    });
    for (int64_t r = 0; r < last - first; r++)
        for (int64_t k = 0; k < 2 * c; k++) sums[c + k] += partial[static_cast<size_t>(r * 2 * c + k)];
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
void write_rows(const strip_rows<T> &x, const vs_pictures *residual, const row_form &form, const vs_pictures &output) {
    const auto y = rows_of<T>(output);
    const rows<const T> other = residual ? rows_of<const T>(*residual) : rows<const T>{};
    const int64_t c = y.channels, width = y.width - 2 * form.pad;
    const auto *f = form.norm;
    parallel_for(0, y.height, row_grain(y.width * c), [&](int64_t begin, int64_t end) {
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
                norm_apply(x.at(r), residual ? other.at(0, i) : nullptr, target, width * c, static_cast<int64_t>(f->a.size()),
                           f->m.data(), f->a.data(), f->b.data(), lowest(form.relu));
            fill_sides(y.at(0, i), width, c, form.pad, form.edge);
        }
    });
}

coefficients coefficients_of(const double *sums, const float *weight, const float *bias, int64_t c, int64_t pixels, double eps,
                             int64_t repeat) {
    const std::vector<float> pivot(sums, sums + c);
    std::vector<float> mean(static_cast<size_t>(c)), inverse(static_cast<size_t>(c));
    finish_statistics(sums + c, pivot.data(), static_cast<double>(pixels), eps, c, mean.data(), inverse.data());
    return {mean.data(), inverse.data(), weight, bias, c, repeat};
}

/// Whether every row of the picture that the result is made of lies in the strips.
template <typename T>
bool has_sources(const strip_rows<T> &x, const row_form &form, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const int64_t r = form.source(i), y = form.phases ? r / 2 + r % 2 : r;
        if (y < x.top || y >= x.bottom()) return false;
    }
    return true;
}

} // namespace

vs_status vs_norm_row_sums(const vs_pictures *strips, int32_t count, int64_t top, int64_t first, int64_t last, int32_t phases,
                           double *sums) {
    return guard([&] {
        require(are_strips(strips, count, phases != 0), "vs_norm_row_sums: strips of one picture, channels-last, of float or bfloat16");
        require(sums != nullptr, "vs_norm_row_sums: sums must be given");
        with_type(strips[0].dtype, [&](auto type) {
            const strip_rows<decltype(type)> x(strips, count, top);
            require(top >= 0 && top <= max_extent && first >= top && last >= first && last <= x.bottom() - (phases ? 1 : 0),
                    "vs_norm_row_sums: a row is not in the strips");
            row_sums(x, first, last, phases != 0, sums);
        });
        return VS_OK;
    });
}

vs_status vs_norm_rows(const vs_pictures *strips, int32_t count, int64_t top, int64_t height, const double *sums,
                       const float *weight, const float *bias, const vs_pictures *residual, int32_t phases, int64_t first,
                       const vs_norm_options *options, const vs_pictures *y) {
    return guard([&] {
        require(are_strips(strips, count, phases != 0), "vs_norm_rows: strips of one picture, channels-last, of float or bfloat16");
        require(options && (sums ? weight && bias : !phases && !options->relu && !residual),
                "vs_norm_rows: sums with weights, or a border alone");
        const norm_options o(*options);
        const int64_t c = phases ? strips[0].channels / 4 : strips[0].channels;
        const int64_t width = phases ? 2 * (strips[0].width - 1) : strips[0].width;
        require(is_extent(height) && o.scale == 1 && fits(o, height, width),
                "vs_norm_rows: scale must be 1, and the border narrower than the picture");
        require(is_writable(y) && y->dtype == strips[0].dtype && has_shape(*y, 1, c, y->height, width + 2 * o.pad),
                "vs_norm_rows: y must be of the strips' dtype and of the size of the rows");
        require(first >= 0 && first <= height + 2 * o.pad - y->height, "vs_norm_rows: rows outside the picture and its border");
        require(!residual || (!o.relu && o.pad == 0 && !phases && is_readable(residual) && same_shape(*residual, *y) &&
                              residual->dtype == y->dtype),
                "vs_norm_rows: a residual must be of the rows' size and dtype, without border and ReLU");
        with_type(y->dtype, [&](auto type) {
            const strip_rows<decltype(type)> x(strips, count, top);
            std::vector<coefficients> norm;
            if (sums) norm.push_back(coefficients_of(sums, weight, bias, c, height * width, o.eps, phases ? 1 : repeat_of(c)));
            const row_form form{height, first, o.pad, o.relu, phases != 0, o.edge, norm.empty() ? nullptr : &norm[0]};
            require(top >= 0 && top <= max_extent && has_sources(x, form, y->height), "vs_norm_rows: a row is not in the strips");
            write_rows(x, residual, form, *y);
        });
        return VS_OK;
    });
}
