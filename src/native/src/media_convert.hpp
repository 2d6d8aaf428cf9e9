// Between FFmpeg's frames and upright, tightly packed RGB of 8 or 16 bits.
#pragma once

#include "media.hpp"

namespace vs::media {

/// One of the eight orientations of a frame: destination = flips after an optional transposition.
struct Orientation {
    bool transpose = false; // rows become columns
    bool flip_x = false;    // of the upright frame
    bool flip_y = false;

    bool upright() const { return !transpose && !flip_x && !flip_y; }
    /// From a 3x3 display matrix (16.16, p' = p M, y downwards); angles between are taken to the nearest quarter turn.
    static Orientation from_matrix(const int32_t *matrix);
    /// From EXIF's tag 0x0112, 1 to 8; any other value is upright.
    static Orientation from_exif(int value);
};

/// The color description of a frame, in the code points of ISO/IEC 23091-2.
struct Color {
    AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
    AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
    AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
    AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
};

/// The matrix that is meant where none is stated: BT.709 from 1280 columns or 577 lines up, BT.601 below, as players do.
AVColorSpace matrix_for_size(int width, int height);

/// Bits of a sample, in the format's deepest component.
int depth_of(AVPixelFormat format);
/// Whether a format has alpha; palettes have it too, as on and off, and are not counted.
bool has_alpha(AVPixelFormat format);

/// Turns decoded frames of any format into RGB of one size.
class ToRgb {
public:
    /// `width` and `height` are those of the upright result. `alpha` may be null; `rgb16`, the same pixels with 16 bits
    /// each, may be null.
    void convert(const AVFrame &from, int width, int height, Orientation orientation, uint8_t *rgb, uint8_t *alpha, uint16_t *rgb16);

private:
    void prepare(const AVFrame &from, int width, int height, AVPixelFormat format);

    Scaler scaler_;
    FramePtr scaled_;
    std::vector<int> key_;
};

/// The pixels that an encoder is given.
struct RgbInput {
    int width, height;
    bool alpha; // comes with the pixels
    bool deep;  // 16 bits a sample where they come with the pixels
};

/// Turns RGB, with or without alpha, into what an encoder takes. Where that holds no alpha, pixels are blended with black.
class FromRgb {
public:
    /// `width` and `height` are those of the result: as large as the input, or larger, filled with its last column and row.
    FromRgb(const RgbInput &input, int width, int height, AVPixelFormat format, Color color);
    /// The frame is valid until the next call unless the caller refers to its buffers. `rgb16` is read where the input is
    /// deep, and may be null there too.
    AVFrame &convert(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16);

private:
    void take_picture();
    void pack(const uint8_t *rgb, const uint8_t *alpha, const uint16_t *rgb16, int first);
    void scale(const uint8_t *const *data, const int *line, int first, int count);

    RgbInput input_;
    int width_, height_;
    AVPixelFormat format_;
    Color color_;
    bool alpha_; // of the result
    bool whole_; // every line is packed, not the last ones only
    Scaler scaler_;
    BufferPool pool_;
    FramePtr packed_, picture_;
};

} // namespace vs::media
