/* The whole contract between VideoStyle and the engines under it: FFmpeg, OpenCV and libtorch.
 *
 * Every function that can fail returns a vs_status and gives its results through out-pointers. After a negative
 * status, vs_last_error() holds one sentence, on the calling thread only. No C++ exception crosses this line.
 * Whatever vs_*_open or vs_*_create returns is owned by the caller and released by the matching _close or _free.
 */
#ifndef VIDEOSTYLE_H
#define VIDEOSTYLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VS_ABI_VERSION 1
#define VS_API __attribute__((visibility("default")))

typedef enum vs_status {
    VS_OK = 0,
    VS_END = 1,           /* nothing left to read; not an error */
    VS_BAD_ARGUMENT = -1, /* a defect in the caller */
    VS_INPUT = -2,        /* what was to be read is missing, damaged or not a video */
    VS_OUTPUT = -3,       /* what was to be written cannot be */
    VS_NO_MEMORY = -4,    /* host or device memory */
    VS_UNAVAILABLE = -5,  /* the unit or the device is not in this build or on this machine */
    VS_INTERNAL = -6
} vs_status;

enum { VS_UNIT_MEDIA = 1, VS_UNIT_VISION = 2, VS_UNIT_TORCH = 4 };

/* ---- common ------------------------------------------------------------------------------------------------ */

VS_API int32_t vs_abi_version(void);
/* The units compiled in, a set of VS_UNIT_*. */
VS_API int32_t vs_units(void);
/* Copies this thread's last error, UTF-8, NUL-terminated; returns the length needed without the NUL. */
VS_API int32_t vs_last_error(char *buffer, int32_t capacity);

/* ---- vision: optical flow ---------------------------------------------------------------------------------- */

typedef struct vs_flow vs_flow;

/* Dense inverse search. preset: 0 ultrafast, 1 fast, 2 medium. The others replace the preset's value:
 * finest_scale (0 = full resolution; -1 keeps), patch_stride (0 keeps), refinement_iterations (-1 keeps). */
typedef struct vs_dis_settings {
    int32_t preset, finest_scale, patch_stride, refinement_iterations;
} vs_dis_settings;

/* The arguments of cv::calcOpticalFlowFarneback, with flags 0. */
typedef struct vs_farneback_settings {
    double pyramid_scale, poly_sigma;
    int32_t levels, window, iterations, poly_n;
} vs_farneback_settings;

/* Threads inside one estimate, for the whole process. DIS splits the picture by it, so its result depends on it. */
VS_API vs_status vs_flow_set_threads(int32_t threads);
VS_API vs_status vs_flow_create_dis(const vs_dis_settings *settings, vs_flow **out);
VS_API vs_status vs_flow_create_farneback(const vs_farneback_settings *settings, vs_flow **out);
/* source, target: width * height grey bytes. out: 2 * width * height floats, (dx, dy) interleaved, such that
 * source(p) = target(p + out(p)); always finite. One call at a time for one vs_flow. */
VS_API vs_status vs_flow_estimate(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width,
                                  int32_t height, float *out);
VS_API void vs_flow_free(vs_flow *flow);

#ifdef __cplusplus
}
#endif
#endif
