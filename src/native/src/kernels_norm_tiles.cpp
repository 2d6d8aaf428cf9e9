// The norm of an image in row tiles: `vs_instance_norm` and `vs_subpixel_norm` in two steps. The sums of all rows are gathered
// while tiles come out of a convolution; later the rows that the next convolution reads are normalized one tile at a time. Rows
// are added in the same order and by the same loops as in a whole image, so that the values are equal bit for bit, and no buffer
// of the image's size is allocated.
#include "kernels_norm_rows.hpp"

namespace {

using namespace vs;

/// Rows of an image in row tiles, the first of which starts with row `top`.
template <typename T>
struct tiled_rows {
    std::vector<const T *> row;
    int64_t top = 0, channels = 0, width = 0;

    tiled_rows(const vs_image_batch *tiles, int32_t count, int64_t top_row)
        : top(top_row), channels(tiles[0].channels), width(tiles[0].width) {
        for (int32_t i = 0; i < count; i++) {
            const auto tile = rows_of<const T>(tiles[i]);
            for (int64_t y = 0; y < tile.height; y++) row.push_back(tile.at(0, y));
        }
    }
    int64_t bottom() const { return top + static_cast<int64_t>(row.size()); }
    const T *at(int64_t y) const { return row[static_cast<size_t>(y - top)]; }

    /// The first pixel of sub-pixel (a, b) in row r; c of its values belong to the sub-pixel.
    const T *subpixel_row(int64_t r, int64_t a, int64_t b) const { return at(r + a) + b * channels + (2 * a + b) * (channels / 4); }
};

bool are_tiles(const vs_image_batch *tiles, int32_t count, bool subpixel) {
    if (!tiles || count < 1) return false;
    for (int32_t i = 0; i < count; i++)
        if (!is_readable(&tiles[i]) || tiles[i].dtype != tiles[0].dtype ||
            !has_shape(tiles[i], 1, tiles[0].channels, tiles[i].height, tiles[0].width))
            return false;
    return !subpixel || (tiles[0].channels % 4 == 0 && tiles[0].width > 1);
}

// ---- sums ----

template <typename T>
void row_sums(const tiled_rows<T> &x, int64_t first, int64_t last, bool subpixel, double *sums) {
    const int64_t c = subpixel ? x.channels / 4 : x.channels, width = subpixel ? x.width - 1 : x.width;
    if (first == 0) // the image's first pixel is the pivot
        for (int64_t k = 0; k < c; k++) sums[k] = load(x.at(0) + k);
    const std::vector<float> pivot(sums, sums + c);
    std::vector<double> partial(static_cast<size_t>((last - first) * 2 * c));
    parallel_for<float>(first, last, row_grain(x.width * x.channels), 2 * c, [&](int64_t begin, int64_t end, float *block) {
        for (int64_t r = begin; r < end; r++) {
            double *target = &partial[static_cast<size_t>((r - first) * 2 * c)];
            for (int64_t i = 0; i < (subpixel ? 4 : 1); i++)
                add_row_sums(subpixel ? x.subpixel_row(r, i / 2, i % 2) : x.at(r), width, x.channels, c, pivot.data(), block, target);
        }
    });
    for (int64_t r = 0; r < last - first; r++)
        for (int64_t k = 0; k < 2 * c; k++) sums[c + k] += partial[static_cast<size_t>(r * 2 * c + k)];
}

// ---- rows ----

struct row_layout {
    int64_t height, first, pad;
    bool relu, subpixel, edge;
    const coefficients *norm; // null where rows are only padded

    /// The image's row that row i of the result shows.
    int64_t source(int64_t i) const {
        const int64_t y = first + i - pad;
        return edge ? std::clamp<int64_t>(y, 0, height - 1) : mirror(y, height);
    }
};

template <typename T>
void write_rows(const tiled_rows<T> &x, const vs_image_batch *residual, const row_layout &layout, const vs_image_batch &output) {
    const auto y = rows_of<T>(output);
    const rows<const T> other = residual ? rows_of<const T>(*residual) : rows<const T>{};
    const int64_t c = y.channels, width = y.width - 2 * layout.pad;
    const auto *f = layout.norm;
    parallel_for(0, y.height, row_grain(y.width * c), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; i++) {
            const int64_t r = layout.source(i);
            T *target = y.at(0, i) + layout.pad * c;
            if (!f)
                memcpy(target, x.at(r), sizeof(T) * static_cast<size_t>(width * c));
            else if (layout.subpixel)
                for (int64_t b = 0; b < 2; b++)
                    norm_spread(x.subpixel_row(r / 2, r % 2, b), target + b * c, width / 2, c, x.channels, 2 * c, f->m.data(), f->a.data(),
                                f->b.data(), lowest(layout.relu));
            else
                norm_apply(x.at(r), residual ? other.at(0, i) : nullptr, target, width * c, static_cast<int64_t>(f->a.size()),
                           f->m.data(), f->a.data(), f->b.data(), lowest(layout.relu));
            fill_sides(y.at(0, i), width, c, layout.pad, layout.edge);
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

/// Whether every row that the result is computed from is in the tiles.
template <typename T>
bool has_sources(const tiled_rows<T> &x, const row_layout &layout, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        const int64_t r = layout.source(i), y = layout.subpixel ? r / 2 + r % 2 : r;
        if (y < x.top || y >= x.bottom()) return false;
    }
    return true;
}

} // namespace

vs_status vs_norm_row_sums(const vs_image_batch *tiles, int32_t count, int64_t top, int64_t first, int64_t last, int32_t subpixel,
                           double *sums) {
    return guard([&] {
        require(are_tiles(tiles, count, subpixel != 0), "vs_norm_row_sums: tiles of one image, channels-last, of float or bfloat16");
        require(sums != nullptr, "vs_norm_row_sums: sums must be given");
        with_type(tiles[0].dtype, [&](auto type) {
            const tiled_rows<decltype(type)> x(tiles, count, top);
            require(top >= 0 && top <= max_extent && first >= top && last >= first && last <= x.bottom() - (subpixel ? 1 : 0),
                    "vs_norm_row_sums: a row is not in the tiles");
            row_sums(x, first, last, subpixel != 0, sums);
        });
        return VS_OK;
    });
}

vs_status vs_norm_rows(const vs_image_batch *tiles, int32_t count, int64_t top, int64_t height, const double *sums,
                       const float *weight, const float *bias, const vs_image_batch *residual, int32_t subpixel, int64_t first,
                       const vs_norm_options *options, const vs_image_batch *y) {
    return guard([&] {
        require(are_tiles(tiles, count, subpixel != 0), "vs_norm_rows: tiles of one image, channels-last, of float or bfloat16");
        require(options && (sums ? weight && bias : !subpixel && !options->relu && !residual),
                "vs_norm_rows: sums with weights, or padding alone");
        const norm_options o(*options);
        const int64_t c = subpixel ? tiles[0].channels / 4 : tiles[0].channels;
        const int64_t width = subpixel ? 2 * (tiles[0].width - 1) : tiles[0].width;
        require(is_extent(height) && o.scale == 1 && fits(o, height, width),
                "vs_norm_rows: scale must be 1, and the padding narrower than the image");
        require(is_writable(y) && y->dtype == tiles[0].dtype && has_shape(*y, 1, c, y->height, width + 2 * o.pad),
                "vs_norm_rows: y must be of the tiles' dtype and of the size of the rows");
        require(first >= 0 && first <= height + 2 * o.pad - y->height, "vs_norm_rows: rows outside the image and its padding");
        require(!residual || (!o.relu && o.pad == 0 && !subpixel && is_readable(residual) && same_shape(*residual, *y) &&
                              residual->dtype == y->dtype),
                "vs_norm_rows: a residual must be of the rows' size and dtype, without padding and ReLU");
        with_type(y->dtype, [&](auto type) {
            const tiled_rows<decltype(type)> x(tiles, count, top);
            std::vector<coefficients> norm;
            if (sums) norm.push_back(coefficients_of(sums, weight, bias, c, height * width, o.eps, subpixel ? 1 : repeat_of(c)));
            const row_layout layout{height, first, o.pad, o.relu, subpixel != 0, o.edge, norm.empty() ? nullptr : &norm[0]};
            require(top >= 0 && top <= max_extent && has_sources(x, layout, y->height), "vs_norm_rows: a row is not in the tiles");
            write_rows(x, residual, layout, *y);
        });
        return VS_OK;
    });
}
