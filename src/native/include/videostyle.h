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

#define VS_ABI_VERSION 2
#define VS_API __attribute__((visibility("default")))

typedef enum vs_status {
    VS_OK = 0,
    VS_END = 1,           /* nothing left to read; not an error */
    VS_BAD_ARGUMENT = -1, /* a defect in the caller */
    VS_INPUT = -2,        /* what was to be read is missing, damaged or not a video */
    VS_OUTPUT = -3,       /* what was to be written cannot be */
    VS_NO_MEMORY = -4,    /* host or device memory */
    VS_UNAVAILABLE = -5,  /* the unit or the device is not in this build or on this machine */
    VS_INTERNAL = -6,
    VS_USAGE = -7         /* what the user asked for is not possible: an unknown codec or format */
} vs_status;

enum { VS_UNIT_MEDIA = 1, VS_UNIT_VISION = 2, VS_UNIT_TORCH = 4 };

/* ---- common ------------------------------------------------------------------------------------------------ */

VS_API int32_t vs_abi_version(void);
/* The units compiled in, a set of VS_UNIT_*. */
VS_API int32_t vs_units(void);
/* Copies this thread's last error, UTF-8, NUL-terminated; returns the length needed without the NUL. */
VS_API int32_t vs_last_error(char *buffer, int32_t capacity);
/* For the units: keeps a sentence for vs_last_error. */
VS_API void vs_set_last_error(const char *message);

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
/* ---- media: FFmpeg --------------------------------------------------------------------------------------------
 *
 * Pictures are RGB24: row-major, tightly packed, 3 * width * height bytes, upright (rotation and mirroring applied),
 * with an optional alpha plane of width * height bytes, 255 opaque. A source and a sink each belong to one thread at a
 * time, but the two may be used from two threads at once. Strings are UTF-8. Codecs run at the lowest priority (nice 19)
 * on threads of the source and the sink, so that they yield to the network.
 */

typedef struct vs_media_source vs_media_source;
typedef struct vs_media_sink vs_media_sink;
typedef struct vs_media_bytes vs_media_bytes;

typedef struct vs_rational {
    int32_t num, den; /* 0/0: unknown */
} vs_rational;

/* Code points of ISO/IEC 23091-2 (the same as FFmpeg's); 2 where unspecified. */
typedef struct vs_color {
    int32_t matrix, primaries, transfer;
    int32_t range; /* 0 unspecified, 1 limited, 2 full */
} vs_color;

/* Kinds of streams, as a set. */
enum { VS_STREAM_VIDEO = 1, VS_STREAM_AUDIO = 2, VS_STREAM_SUBTITLE = 4, VS_STREAM_DATA = 8, VS_STREAM_ATTACHMENT = 16 };

typedef struct vs_media_source_options {
    int64_t from_us;      /* first frame kept, in microseconds after the first frame of the video; negative: the first */
    int64_t to_us;        /* first frame no longer kept, likewise; negative: none */
    int32_t max_size;     /* longest side in pixels, never enlarged; 0: as it is */
    int32_t threads;      /* of the decoder; 0: one for each core */
    int32_t keep_streams; /* 1: packets of the other streams are kept for a sink, which must take them */
    int32_t keep_alpha;   /* 1: alpha is read where the video has it */
    int32_t deinterlace;  /* 1: pictures marked as interlaced are deinterlaced, one picture for each */
    int32_t video_stream; /* number of the video stream in the container; -1: the best */
    int32_t times_only;   /* 1: pictures are decoded to be checked, without the filter that smooths blocks; pixels are not written */
    vs_rational rate;     /* constant frame rate to repeat or drop frames for; 0/0: as it is */
} vs_media_source_options;

typedef struct vs_media_info {
    int32_t width, height; /* of the pictures that are read */
    vs_rational time_base; /* seconds of one tick */
    vs_rational frame_rate, sample_aspect_ratio;
    int64_t duration_us;   /* of the part that is read; -1 unknown */
    int64_t frame_count;   /* of the part that is read, exact or estimated; -1 unknown */
    vs_color color;        /* of the coded video, the matrix guessed from the size where none is stated; PQ and HLG are
                              tone-mapped to BT.709 before pictures are read, and stated as such here */
    int32_t stream_count, video_stream, has_alpha;
    int32_t interlaced;    /* 1: the first picture is marked as interlaced */
    char codec[32], pixel_format[32], format[64];
} vs_media_info;

typedef struct vs_media_stream {
    int32_t kind; /* one VS_STREAM_* */
    char codec[32], language[16];
} vs_media_stream;

typedef struct vs_media_sink_options {
    const char *file_name;     /* the final name: its extension chooses the container where `format` is NULL */
    const char *format;        /* FFmpeg's name of the container, or NULL */
    const char *codec;         /* h264, hevc, vp9, av1, prores, ffv1, gif, webp, or FFmpeg's name of an encoder; NULL: by container */
    const char *preset;        /* or NULL */
    const char *pixel_format;  /* FFmpeg's name, or NULL */
    int32_t width, height;
    vs_rational time_base, frame_rate, sample_aspect_ratio;
    vs_color color;            /* the matrix and range to encode with; the other tags are written as they are */
    int64_t bit_rate;          /* bits a second; 0: by quality */
    int32_t crf;               /* -1: the codec's default */
    int32_t threads;           /* of the encoder; 0: one for each core */
    int32_t alpha;             /* 1: alpha is written where the codec can hold it */
    int32_t copy;              /* set of VS_STREAM_* taken from the source */
    int32_t fast_start;        /* 1: the index of MP4 and MOV stands before the data */
} vs_media_sink_options;

/* FFmpeg's version and the versions of its libraries; the string is static. */
VS_API const char *vs_media_version(void);
/* 1 where an encoder of this name (as in vs_media_sink_options.codec) can be tried, 0 otherwise. */
VS_API int32_t vs_media_has_encoder(const char *name);

/* Opens a file, or standard input where path is "-", and decodes its first frame. */
VS_API vs_status vs_media_source_open(const char *path, const vs_media_source_options *options, vs_media_source **out);
/* Opens a picture or video that lies in memory; the bytes are copied. `name` is for messages. */
VS_API vs_status vs_media_source_open_bytes(const char *name, const uint8_t *bytes, int64_t length,
                                            const vs_media_source_options *options, vs_media_source **out);
VS_API vs_status vs_media_source_info(vs_media_source *source, vs_media_info *out);
VS_API vs_status vs_media_source_stream(vs_media_source *source, int32_t index, vs_media_stream *out);
/* Reads the next frame in presentation order, or returns VS_END. `rgb_length` is 3 * width * height; alpha may be NULL.
 * Times are in ticks of the time base, strictly increasing; the duration is 0 where unknown. */
VS_API vs_status vs_media_source_read(vs_media_source *source, uint8_t *rgb, int64_t rgb_length, uint8_t *alpha,
                                      int64_t *pts, int64_t *duration);
/* Copies line `index` of what the caller should know (damage, guesses); VS_END after the last. */
VS_API vs_status vs_media_source_note(vs_media_source *source, int32_t index, char *buffer, int32_t capacity);
VS_API void vs_media_source_close(vs_media_source *source);

/* Creates `path` ("-": standard output) and writes the header. Where a source is given, its other streams, chapters and
 * metadata are copied; the sink shares what it needs with the source, which may be closed first. */
VS_API vs_status vs_media_sink_create(const char *path, const vs_media_sink_options *options, vs_media_source *source,
                                      vs_media_sink **out);
/* Encodes one frame; pts must grow. alpha may be NULL. */
VS_API vs_status vs_media_sink_write(vs_media_sink *sink, const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha,
                                     int64_t pts, int64_t duration);
/* Segments let a long conversion survive its process. From begin_segment on the packets, beginning with a keyframe and
 * depending on no frame before it, are also written to `journal`; end_segment drains the encoder and returns once the
 * journal is on the disk. In a later process replay writes the packets of an ended journal in place of their frames: the
 * file becomes the same as if it had been written at one go. Every frame belongs to a segment, or none does. */
VS_API vs_status vs_media_sink_begin_segment(vs_media_sink *sink, const char *journal);
VS_API vs_status vs_media_sink_end_segment(vs_media_sink *sink);
VS_API vs_status vs_media_sink_replay(vs_media_sink *sink, const char *journal);
/* Drains the encoder, copies what is left of the other streams, writes the trailer and closes the file. */
VS_API vs_status vs_media_sink_finish(vs_media_sink *sink);
/* The number that the video stream has in the output. */
VS_API int32_t vs_media_sink_video_stream(const vs_media_sink *sink);
VS_API vs_status vs_media_sink_note(vs_media_sink *sink, int32_t index, char *buffer, int32_t capacity);
/* Closes the file without completing it where it was not finished. */
VS_API void vs_media_sink_close(vs_media_sink *sink);

/* Encodes one picture as a file of the codec ("png", "mjpeg", "webp", "bmp", "tiff"); quality 1-100 where lossy. */
VS_API vs_status vs_media_image_encode(const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha, int32_t width,
                                       int32_t height, const char *codec, int32_t quality, vs_media_bytes **out);
/* PNG as data: samples row by row, as they are stored; of 16 bits the high byte comes first. Reading resolves a palette to
 * 3 channels and scales fewer than 8 bits up to 8, and refuses a file that is damaged anywhere. Writing takes 1 or 3
 * channels of 8 or 16 bits. */
typedef struct vs_media_png {
    int32_t width, height, channels, bit_depth;
} vs_media_png;
VS_API vs_status vs_media_png_decode(const char *name, const uint8_t *file, int64_t length, vs_media_png *out_shape,
                                     vs_media_bytes **out);
VS_API vs_status vs_media_png_encode(const vs_media_png *shape, const uint8_t *samples, int64_t length, vs_media_bytes **out);
VS_API const uint8_t *vs_media_bytes_data(const vs_media_bytes *bytes);
VS_API int64_t vs_media_bytes_length(const vs_media_bytes *bytes);
VS_API void vs_media_bytes_free(vs_media_bytes *bytes);
/* ---- torch --------------------------------------------------------------------------------------------------- */

/* A tensor of libtorch, reference counted there; each handle is released by vs_tensor_free. */
typedef struct vs_tensor vs_tensor;
/* An operator of ATen or of this library ("videostyle::..."); lives as long as the process. */
typedef struct vs_operator vs_operator;

/* How vs_value.as is read. Lists point at `length` elements that need to live only during the call. */
typedef enum vs_value_tag {
    VS_VALUE_NONE = 0,
    VS_VALUE_TENSOR = 1,  /* pointer: vs_tensor * or NULL */
    VS_VALUE_INT = 2,     /* also dtypes and memory formats, as ATen numbers them */
    VS_VALUE_DOUBLE = 3,
    VS_VALUE_BOOL = 4,    /* integer: 0 or 1 */
    VS_VALUE_INTS = 5,    /* pointer: const int64_t * */
    VS_VALUE_DOUBLES = 6, /* pointer: const double * */
    VS_VALUE_TENSORS = 7, /* pointer: vs_tensor *const * */
    VS_VALUE_STRING = 8,  /* pointer: UTF-8, not NUL-terminated */
    VS_VALUE_DEVICE = 9   /* pointer: as a string: "cpu", "cuda:0" */
} vs_value_tag;

typedef struct vs_value {
    int32_t tag;
    int32_t length;
    union {
        int64_t integer;
        double real;
        void *pointer;
    } as;
} vs_value;

/* Makes libtorch keep large blocks of host memory mapped between operations; call once, before the first tensor. */
VS_API vs_status vs_torch_setup(void);
/* Threads that one operation called from the calling thread may use, at least 1. */
VS_API vs_status vs_torch_set_threads(int32_t threads);
/* Seeds the generators of every device. */
VS_API vs_status vs_torch_seed(int64_t seed);
/* Versions and build settings of libtorch, in the manner of vs_last_error. */
VS_API int32_t vs_torch_config(char *buffer, int32_t capacity);
/* Whether this processor multiplies bfloat16 in hardware. */
VS_API int32_t vs_torch_has_bf16(void);
/* CUDA devices that this libtorch can use; 0 where it was built without CUDA. */
VS_API int32_t vs_torch_cuda_count(void);
/* Name and bytes of memory of a CUDA device. */
VS_API vs_status vs_torch_cuda_info(int32_t index, char *name, int32_t capacity, int64_t *memory);

/* Autograd on the calling thread; gives back what it was. */
VS_API vs_status vs_torch_grad_mode(int32_t enabled, int32_t *previous);
/* Enters and leaves inference mode on the calling thread; may be nested, innermost left first. */
VS_API vs_status vs_torch_inference_enter(void);
VS_API vs_status vs_torch_inference_leave(void);

/* Finds an operator by name ("aten::add") and overload ("Tensor" or ""). */
VS_API vs_status vs_operator_find(const char *name, const char *overload, vs_operator **out);
/* Calls an operator; arguments that are not given take the schema's defaults. Fills at most `capacity` results, lists
 * of tensors spread out, and counts them; tensors among them are owned by the caller. */
VS_API vs_status vs_operator_call(const vs_operator *op, const vs_value *arguments, int32_t count, vs_value *results,
                                  int32_t capacity, int32_t *result_count);

/* Wraps `data`, which must outlive the tensor; dense, row-major, dtype as ATen numbers them, on the host. */
VS_API vs_status vs_tensor_wrap(void *data, const int64_t *sizes, int32_t rank, int32_t dtype, vs_tensor **out);
VS_API void vs_tensor_free(vs_tensor *tensor);
/* Copies a tensor of any device, layout and dtype to the host, row-major, as `dtype`; `bytes` must be its exact size. */
VS_API vs_status vs_tensor_read(const vs_tensor *tensor, int32_t dtype, void *buffer, int64_t bytes);
/* Shape; `sizes` and `strides` (may be NULL) hold `capacity` values. */
VS_API vs_status vs_tensor_info(const vs_tensor *tensor, int64_t *sizes, int64_t *strides, int32_t capacity,
                                int32_t *rank, int32_t *dtype, int32_t *device_type);
VS_API vs_status vs_tensor_set_requires_grad(vs_tensor *tensor, int32_t required);
VS_API vs_status vs_tensor_backward(vs_tensor *scalar);
/* The gradient that backward left, or NULL. */
VS_API vs_status vs_tensor_grad(const vs_tensor *tensor, vs_tensor **out);
VS_API vs_status vs_tensor_clear_grad(vs_tensor *tensor);

#ifdef __cplusplus
}
#endif
#endif
