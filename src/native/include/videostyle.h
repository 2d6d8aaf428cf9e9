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

/* Keeps large blocks of host memory mapped between operations; call once, before the first tensor. */
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
