/* The whole contract between VideoStyle and its native library: FFmpeg, OpenCV, and kernels for networks.
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

#define VS_ABI_VERSION 5
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

enum { VS_UNIT_MEDIA = 1, VS_UNIT_VISION = 2, VS_UNIT_KERNELS = 4 };

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

/* Threads inside one estimate, for the whole process. DIS splits the image by it, so its result depends on it. */
VS_API vs_status vs_flow_set_threads(int32_t threads);
VS_API vs_status vs_flow_create_dis(const vs_dis_settings *settings, vs_flow **out);
VS_API vs_status vs_flow_create_farneback(const vs_farneback_settings *settings, vs_flow **out);
/* source, target: width * height grayscale bytes. out: 2 * width * height floats, (dx, dy) interleaved, such that
 * source(p) = target(p + out(p)); always finite. One call at a time for one vs_flow. */
VS_API vs_status vs_flow_estimate(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width,
                                  int32_t height, float *out);
/* The same from an initial flow, which DIS tries for each patch beside what it found at coarser scales; initial: as out, and finite.
 * Other methods refuse it. out may be initial. */
VS_API vs_status vs_flow_refine(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width, int32_t height,
                                const float *initial, float *out);
VS_API void vs_flow_free(vs_flow *flow);

/* ---- media: FFmpeg --------------------------------------------------------------------------------------------
 *
 * Frames are RGB24: row-major, tightly packed, 3 * width * height bytes, upright (rotation and mirroring applied),
 * with an optional alpha plane of width * height bytes, 255 opaque, and where a frame has more than 8 bits, optionally the
 * same pixels again with 16 bits a sample, 65535 white, in the machine's byte order (rgb16). A source and a sink each belong
 * to one thread at a time, but the two may be used from two threads at once. Strings are UTF-8. Codecs run at the lowest priority (nice 19)
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
    int64_t max_pixels;   /* of a coded picture; larger ones are refused before they are decoded. 0: 2^27 */
    int32_t max_size;     /* longest side in pixels, never upsampled; 0: as it is */
    int32_t threads;      /* of the decoder; 0: one for each core */
    int32_t keep_streams; /* 1: packets of the other streams are kept for a sink, which must take them */
    int32_t keep_alpha;   /* 1: alpha is read where the video has it */
    int32_t keep_depth;   /* 1: vs_media_info.bit_depth says how deep the video is, and rgb16 is read where it is above 8 */
    int32_t deinterlace;  /* 1: frames marked as interlaced are deinterlaced, one frame for each */
    int32_t video_stream; /* number of the video stream in the container; -1: the best */
    int32_t times_only;   /* 1: frames are decoded for their times only, without the deblocking filter; pixels are not written */
    vs_rational rate;     /* constant frame rate to repeat or drop frames for; 0/0: as it is */
    int32_t live;         /* 1: as little delay as possible; a source of a long silence ends */
    int32_t listen;       /* 1: a URL is listened on, where its protocol can */
    int64_t timeout_us;   /* after which a stream or pipe that gives nothing ends; 0: never */
    const int32_t *stop;  /* ends every wait for a stream or pipe once it is not 0; it lives as long as the source. NULL: nothing does */
} vs_media_source_options;

typedef struct vs_media_info {
    int32_t width, height; /* of the frames that are read */
    vs_rational time_base; /* seconds of one tick */
    vs_rational frame_rate, sample_aspect_ratio;
    int64_t duration_us;   /* of the part that is read; -1 unknown */
    int64_t frame_count;   /* of the part that is read, exact or estimated; -1 unknown */
    vs_color color;        /* of the coded video, the matrix guessed from the size where none is stated; PQ and HLG are
                              tone-mapped to BT.709 before frames are read, and stated as such here */
    int32_t stream_count, video_stream, has_alpha;
    int32_t interlaced;    /* 1: the first frame is marked as interlaced */
    int32_t bit_depth;     /* of a sample, 8 to 16; 8 without keep_depth */
    char codec[32], pixel_format[32], format[64];
} vs_media_info;

typedef struct vs_media_stream {
    int32_t kind; /* one VS_STREAM_* */
    char codec[32], language[16];
} vs_media_stream;

/* What becomes of the source's sound. AUTO: copied where the container can hold it, else converted to what is usual there. COPY:
 * copied or left out. AAC, OPUS: converted, unless it is that already. */
enum { VS_AUDIO_AUTO = 0, VS_AUDIO_COPY = 1, VS_AUDIO_AAC = 2, VS_AUDIO_OPUS = 3 };

typedef struct vs_media_sink_options {
    const char *file_name;     /* the final name: its extension chooses the container where `format` is NULL */
    const char *format;        /* FFmpeg's name of the container, or NULL */
    const char *codec;         /* h264, hevc, vp9, av1, prores, ffv1, gif, webp, or FFmpeg's name of an encoder; NULL: by container */
    const char *preset;        /* or NULL */
    const char *pixel_format;  /* FFmpeg's name, or NULL */
    const char *encoder_options; /* further options of the encoder as FFmpeg names them, key=value:key=value; or NULL */
    int32_t width, height;
    vs_rational time_base, frame_rate, sample_aspect_ratio;
    vs_color color;            /* the matrix and range to encode with; the other tags are written as they are */
    int64_t bit_rate;          /* bits a second; 0: by quality */
    int32_t crf;               /* -1: the codec's default */
    int32_t threads;           /* of the encoder; 0: one for each core */
    int32_t alpha;             /* 1: alpha is written where the codec can hold it, else the frames are blended with black */
    int32_t bit_depth;         /* of the frames, 8 to 16: above 8 a format of as many bits is taken where the codec has one */
    int32_t copy;              /* set of VS_STREAM_* taken from the source */
    int32_t audio;             /* one VS_AUDIO_* */
    int32_t fast_start;        /* 1: the index of MP4 and MOV is written before the data */
    int32_t live;              /* 1: as little delay as possible; packets of the source's other streams may be lost to that */
    int32_t listen;            /* 1: a URL is listened on, where its protocol can */
    int64_t shift_us;          /* live: added to the times of the source's other streams */
    int64_t timeout_us;        /* after which a URL that takes nothing fails; 0: never */
    const int32_t *stop;       /* as that of a source */
} vs_media_sink_options;

/* What a finished file must hold. */
typedef struct vs_media_written {
    int64_t frames; /* encoded or replayed; not those that were written where the container has a constant frame rate */
    int64_t first_pts, last_pts, end_pts; /* in ticks of time_base; the end of the last frame, or its beginning where that is unknown */
    vs_rational time_base;
    int32_t audio, subtitles;             /* streams */
    int32_t empty_audio, empty_subtitles; /* of those, streams without a packet, which some containers leave out */
    int32_t video_stream;                 /* number of the video stream in the output */
} vs_media_written;

/* FFmpeg's version and the versions of its libraries; the string is static. */
VS_API const char *vs_media_version(void);
/* 1 where an encoder of this name (as in vs_media_sink_options.codec) can be tried, 0 otherwise. */
VS_API int32_t vs_media_has_encoder(const char *name);

/* Opens a file, standard input where path is "-", live also a device (/dev/videoN, or screen, screen:DISPLAY) by libavdevice, or a URL of rtsp, rtsps, rtmp, rtmps, srt, udp or tcp, and decodes its first frame.
 * What a stream or playlist names beside itself is not opened. */
VS_API vs_status vs_media_source_open(const char *path, const vs_media_source_options *options, vs_media_source **out);
/* Opens an image or video in memory; the bytes are copied. `name` is for messages. */
VS_API vs_status vs_media_source_open_bytes(const char *name, const uint8_t *bytes, int64_t length,
                                            const vs_media_source_options *options, vs_media_source **out);
/* Reads a pipe, whose descriptor is closed with the source, also where opening it fails. `name` is for messages. */
VS_API vs_status vs_media_source_open_pipe(const char *name, int32_t descriptor, const vs_media_source_options *options, vs_media_source **out);
VS_API vs_status vs_media_source_info(vs_media_source *source, vs_media_info *out);
VS_API vs_status vs_media_source_stream(vs_media_source *source, int32_t index, vs_media_stream *out);
/* Reads the next frame in presentation order, or returns VS_END. `rgb_length` is 3 * width * height; alpha and rgb16 may be
 * NULL. rgb16 is written where bit_depth is above 8. Times are in ticks of the time base, strictly increasing; the duration is 0 where unknown. */
VS_API vs_status vs_media_source_read(vs_media_source *source, uint8_t *rgb, int64_t rgb_length, uint8_t *alpha,
                                      uint16_t *rgb16, int64_t *pts, int64_t *duration);
/* Copies line `index` of what the caller should know (damage, guesses); VS_END after the last. */
VS_API vs_status vs_media_source_note(vs_media_source *source, int32_t index, char *buffer, int32_t capacity);
VS_API void vs_media_source_close(vs_media_source *source);

/* Creates `path` ("-": standard output; or a URL, as for a source) and writes the header. Where a source is given, its other streams, chapters and
 * metadata are copied, sound and text subtitles in another codec where the container needs it; the sink shares what it needs
 * with the source, which may be closed first. */
VS_API vs_status vs_media_sink_create(const char *path, const vs_media_sink_options *options, vs_media_source *source,
                                      vs_media_sink **out);
/* Live: from here on, the other streams come from this source, where it has a stream of the same kind and codec; shift_us is added to
 * their times. The source stays the caller's. */
VS_API vs_status vs_media_sink_follow(vs_media_sink *sink, vs_media_source *source, int64_t shift_us);
/* Encodes one frame; pts must grow. alpha and rgb16 may be NULL; rgb16 is read where bit_depth is above 8. Where the container or
 * the codec has a constant frame rate, frames are repeated or dropped, which a note says. */
VS_API vs_status vs_media_sink_write(vs_media_sink *sink, const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha,
                                     const uint16_t *rgb16, int64_t pts, int64_t duration);
/* Segments let a long conversion survive its process. From begin_segment on the packets, beginning with a keyframe and
 * depending on no frame before it, are also written to `journal`, unless that is NULL; end_segment drains the encoder and
 * returns once the journal is on the disk. In a later process replay writes the packets of an ended journal in place of
 * their frames: the file becomes the same as if it had been written at one go. Every frame belongs to a segment, or none. */
VS_API vs_status vs_media_sink_begin_segment(vs_media_sink *sink, const char *journal);
VS_API vs_status vs_media_sink_end_segment(vs_media_sink *sink);
VS_API vs_status vs_media_sink_replay(vs_media_sink *sink, const char *journal);
/* Drains the encoder, copies what is left of the other streams, writes the trailer and closes the file. */
VS_API vs_status vs_media_sink_finish(vs_media_sink *sink);
VS_API vs_status vs_media_sink_written(vs_media_sink *sink, vs_media_written *out);
/* Copies line `index` of what became of the streams; more lines come until the sink is finished. VS_END after the last. */
VS_API vs_status vs_media_sink_note(vs_media_sink *sink, int32_t index, char *buffer, int32_t capacity);
/* Closes the file without completing it where it was not finished. */
VS_API void vs_media_sink_close(vs_media_sink *sink);

/* Encodes one image as a file of the codec ("png", "mjpeg", "webp", "bmp", "tiff"); quality 1-100 where lossy. alpha
 * and rgb16, which png and tiff keep, may be NULL. */
VS_API vs_status vs_media_image_encode(const uint8_t *rgb, int64_t rgb_length, const uint8_t *alpha, const uint16_t *rgb16,
                                       int32_t width, int32_t height, const char *codec, int32_t quality, vs_media_bytes **out);
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

/* ---- kernels: the layers between the convolutions of a network --------------------------------------------------
 *
 * They work on raw pointers, and keep none after a call. Results do not depend on the number of threads. A call whose sizes
 * do not fit is refused with VS_BAD_ARGUMENT, and nothing is written.
 */

/* dtypes, as ATen numbers them. VS_FLOAT16 is for vs_frame_to_input alone. */
enum { VS_FLOAT16 = 5, VS_FLOAT32 = 6, VS_BFLOAT16 = 15 };

/* Channels-last images: element (n, y, x, k) is data[n * batch + y * row + x * channels + k]; strides in elements. A view
 * into a larger tensor is fine. Outputs must not overlap inputs. */
typedef struct vs_image_batch {
    void *data;
    int64_t count, channels, height, width;
    int64_t batch, row; /* ignored where there is one image, or one row */
    int32_t dtype;
} vs_image_batch;

/* What follows the norm, in this order: ReLU (relu = 1) or the sum with a residual, nearest-neighbour upsampling by `scale`,
 * and padding of `pad` pixels, narrower than the image, by reflection (edge = 0) or replication (edge = 1, only where scale
 * is 1). eps is added to the variance. */
typedef struct vs_norm_options {
    int32_t relu, scale, pad, edge;
    double eps;
} vs_norm_options;

/* Runs kernels on the threads of an OpenMP runtime that is already loaded, given by the addresses of its GOMP_parallel,
 * omp_get_max_threads, omp_get_num_threads and omp_get_thread_num: kernels then share its team and its number of threads.
 * All NULL, the default: on the calling thread alone. The runtime must stay loaded. */
VS_API vs_status vs_kernels_set_openmp(void *parallel, void *max_threads, void *num_threads, void *thread_num);

/* Instance normalization, with float weight and bias for each channel. statistics: [count][2][channels] floats, mean and
 * 1/sigma, written (given = 0) or read (given = 1). residual: of x's size and dtype, or NULL; not together with relu.
 * y: of x's dtype, [count, channels, height * scale + 2 * pad, width * scale + 2 * pad]. */
VS_API vs_status vs_instance_norm(const vs_image_batch *x, const float *weight, const float *bias, const vs_image_batch *residual,
                                  const vs_norm_options *options, float *statistics, int32_t given, const vs_image_batch *y);
/* Its gradient, in float and without edge. gradient: of y. Writes dx, of x's size, dweight, dbias and, unless NULL,
 * dresidual, of x's size, which needs relu = 0. */
VS_API vs_status vs_instance_norm_backward(const vs_image_batch *x, const float *weight, const float *bias,
                                           const float *statistics, const vs_norm_options *options,
                                           const vs_image_batch *gradient, const vs_image_batch *dx, float *dweight, float *dbias,
                                           const vs_image_batch *dresidual);
/* The norm of the result of a sub-pixel convolution for upsampling by 2. x: [count, 4 * C, H + 1, W + 1], where the pixel
 * (2 y + a, 2 x + b) has its C channels from (2 a + b) * C on in pixel (y + a, x + b). scale must be 1.
 * y: [count, C, 2 * H + 2 * pad, 2 * W + 2 * pad]; statistics: [count][2][C]. */
VS_API vs_status vs_subpixel_norm(const vs_image_batch *x, const float *weight, const float *bias, const vs_norm_options *options,
                               float *statistics, int32_t given, const vs_image_batch *y);

/* The two norms of one image in row tiles, bit for bit those of the whole image. The first tile starts with row `top` of x;
 * subpixel = 1: as vs_subpixel_norm, else vs_instance_norm.
 *
 * Adds rows first to last - 1, of the H rows that a norm has, to sums: [3][C] doubles, a pivot, which row 0 sets, the sums
 * around it, and those of the squares. All zero before the first call; rows are added once, in their order. */
VS_API vs_status vs_norm_row_sums(const vs_image_batch *tiles, int32_t count, int64_t top, int64_t first, int64_t last,
                                  int32_t subpixel, double *sums);
/* Rows first to first + y.height - 1 of the result, counted with its padding; height: its rows without padding. sums: of all
 * rows; or NULL to pad only, without subpixel, relu and residual. residual: of y's size, without padding and ReLU, or NULL.
 * scale must be 1. */
VS_API vs_status vs_norm_rows(const vs_image_batch *tiles, int32_t count, int64_t top, int64_t height, const double *sums,
                              const float *weight, const float *bias, const vs_image_batch *residual, int32_t subpixel,
                              int64_t first, const vs_norm_options *options, const vs_image_batch *y);

/* Bytes to network input: reflection-pads a frame at the right and at the bottom to the canvas, pixel-unshuffles it by `block`,
 * and adds reflection padding on each side. rgb: rows of 3 * width bytes, row_stride bytes apart. scale: what a byte is
 * multiplied by. y: [1, 3 * block^2, rows, canvas_width / block + 2 * pad], the padded rows from `first` on; here VS_FLOAT16 too. */
VS_API vs_status vs_frame_to_input(const uint8_t *rgb, int64_t height, int64_t width, int64_t row_stride,
                                   int64_t canvas_height, int64_t canvas_width, int32_t block, int32_t pad, float scale,
                                   int64_t first, const vs_image_batch *y);
/* Network output to a stylized frame: height * width pixels of red, green, blue and luma (BT.601), 16384 = white, tightly
 * packed, cropped at the right and at the bottom. y: [1, 3 * block^2, H, W], pixel-shuffled here; values pass a sigmoid (scale
 * must be 1), or are multiplied by scale and clamped. NaN becomes 0. */
VS_API vs_status vs_output_to_frame(const vs_image_batch *y, int32_t block, int32_t sigmoid, float scale, int16_t *stylized,
                                       int64_t height, int64_t width);

/* Local correlation around a flow (Teed and Deng, "RAFT", 2020, at one scale). f1, f2: features of one size and dtype, their
 * channels a multiple of 16; flow: [count, 2, H, W], float. y: [count, k^2, H, W] with k = 2 * radius + 1 and radius up to 8: channel
 * j * k + i of pixel p is the dot product of f1(p) and f2(p + flow(p) + (i - radius, j - radius)), bilinear, 0 outside. */
VS_API vs_status vs_correlation(const vs_image_batch *f1, const vs_image_batch *f2, const vs_image_batch *flow, int32_t radius,
                                const vs_image_batch *y);
/* Its gradient for f1 and f2, in float; that of the flow is not computed. */
VS_API vs_status vs_correlation_backward(const vs_image_batch *f1, const vs_image_batch *f2, const vs_image_batch *flow, int32_t radius,
                                         const vs_image_batch *gradient, const vs_image_batch *df1, const vs_image_batch *df2);
/* Upsampling by convex combinations of 3x3 neighbours (the same paper). x: [count, C, H, W], float, C up to 8; logits: [count,
 * 9 * factor^2, H, W], where sub-pixel (a, b) has the logit of tap t in channel (t * factor + a) * factor + b; a softmax over the taps
 * gives its weights. y: [count, C, H * factor, W * factor], float. The border of x is replicated; factor is up to 8. */
VS_API vs_status vs_convex_upsample(const vs_image_batch *x, const vs_image_batch *logits, int32_t factor, const vs_image_batch *y);
/* Its gradient, in float. */
VS_API vs_status vs_convex_upsample_backward(const vs_image_batch *x, const vs_image_batch *logits, int32_t factor,
                                             const vs_image_batch *gradient, const vs_image_batch *dx, const vs_image_batch *dlogits);

#ifdef __cplusplus
}
#endif
#endif
