// Between FFmpeg's frames and upright, tightly packed RGB24.
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

/// Turns decoded frames of any format into RGB24 of one size.
class ToRgb {
public:
    /// `width` and `height` are those of the upright result.
    void convert(const AVFrame &from, int width, int height, Orientation orientation, uint8_t *rgb, uint8_t *alpha);

private:
    void prepare(const AVFrame &from, int width, int height, AVPixelFormat format);

    Scaler scaler_;
    FramePtr scaled_;
    std::vector<int> key_;
};

/// Turns RGB24, with or without alpha, into what an encoder takes.
class FromRgb {
public:
    FromRgb(int width, int height, AVPixelFormat format, Color color);
    /// The frame is valid until the next call unless the caller refers to its buffers.
    AVFrame &convert(const uint8_t *rgb, const uint8_t *alpha);

private:
    void take_picture();
    void pack(const uint8_t *rgb, const uint8_t *alpha, int first);
    void scale(const uint8_t *const *data, const int *line, int first, int count);

    int width_, height_;
    AVPixelFormat format_;
    Color color_;
    bool alpha_;
    Scaler scaler_;
    BufferPool pool_;
    FramePtr packed_, picture_;
};

} // namespace vs::media
