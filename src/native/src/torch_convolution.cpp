// libtorch hands convolutions of few pixels to a matrix product of its BLAS, which on Debian is ten times slower than oneDNN
// (and keeps threads of its own spinning). Parts of pictures are small, so here oneDNN gets all that it can compute in float.
// (In bfloat16 it always does.)
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <torch/library.h>

#include "torch_kernels.hpp"

namespace {

using vs::optional_tensor;

at::Tensor conv2d(const at::Tensor &x, const at::Tensor &weight, const optional_tensor &bias, int64_t stride) {
    const bool grad = at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad());
    const bool fits = x.dim() == 4 && weight.dim() == 4 && x.size(1) == weight.size(1) && x.size(2) >= weight.size(2) && x.size(3) >= weight.size(3);
    if (grad || x.scalar_type() != at::kFloat || !fits || x.numel() == 0 || !x.device().is_cpu() || !at::globalContext().userEnabledMkldnn() || !at::hasMKLDNN())
        return at::conv2d(x, weight, bias, stride);
    return at::mkldnn_convolution(x, weight, bias, {0, 0}, {stride, stride}, {1, 1}, 1);
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("conv2d(Tensor x, Tensor weight, Tensor? bias, int stride) -> Tensor", &conv2d);
}
