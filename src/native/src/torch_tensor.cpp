// Tensors in, out and their gradients.
#include <ATen/ATen.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

#include "torch.hpp"

#include <c10/core/GradMode.h>

using namespace vs;

vs_status vs_tensor_wrap(void *data, const int64_t *sizes, int32_t rank, int32_t dtype, vs_tensor **out) {
    return torch_guard([&] {
        require(data && out && rank >= 0 && (sizes || rank == 0), "a tensor needs data and sizes");
        auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
        *out = own(at::from_blob(data, at::IntArrayRef(sizes, static_cast<size_t>(rank)), options));
    });
}

void vs_tensor_free(vs_tensor *tensor) { delete tensor; }

vs_status vs_tensor_read(const vs_tensor *tensor, int32_t dtype, void *buffer, int64_t bytes) {
    return torch_guard([&] {
        auto type = static_cast<at::ScalarType>(dtype);
        auto count = tensor->value.numel();
        require(bytes == count * static_cast<int64_t>(c10::elementSize(type)), "the buffer has another size than the tensor");
        if (count == 0) return;
        c10::NoGradGuard no_grad;
        auto target = at::from_blob(buffer, tensor->value.sizes(), at::TensorOptions().dtype(type));
        target.copy_(tensor->value);
    });
}

vs_status vs_tensor_info(const vs_tensor *tensor, int64_t *sizes, int64_t *strides, int32_t capacity, int32_t *rank,
                         int32_t *dtype, int32_t *device_type) {
    return torch_guard([&] {
        const auto &value = tensor->value;
        require(value.dim() <= capacity, "the tensor has more dimensions than the buffer");
        *rank = static_cast<int32_t>(value.dim());
        *dtype = static_cast<int32_t>(value.scalar_type());
        *device_type = static_cast<int32_t>(value.device().type());
        std::memcpy(sizes, value.sizes().data(), sizeof(int64_t) * value.sizes().size());
        if (strides) std::memcpy(strides, value.strides().data(), sizeof(int64_t) * value.strides().size());
    });
}

vs_status vs_tensor_set_requires_grad(vs_tensor *tensor, int32_t required) {
    return torch_guard([&] { tensor->value.set_requires_grad(required != 0); });
}

vs_status vs_tensor_backward(vs_tensor *scalar) {
    return torch_guard([&] { scalar->value.backward(); });
}

vs_status vs_tensor_grad(const vs_tensor *tensor, vs_tensor **out) {
    return torch_guard([&] {
        const auto &gradient = tensor->value.grad();
        *out = gradient.defined() ? own(gradient) : nullptr;
    });
}

vs_status vs_tensor_clear_grad(vs_tensor *tensor) {
    return torch_guard([&] { tensor->value.mutable_grad().reset(); });
}
