// The Gram matrix and the mean of a layer's features, with the gradient written by hand: one product each way, in the features' own
// precision, where autograd through bmm keeps and copies two more arrays of the features' size.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include "torch_kernels.hpp"

namespace {

using namespace vs;

/// Features as a list of `[pixels, channels]`, one for each picture; free of copies where they are channels-last.
at::Tensor as_pixels(const at::Tensor &features) {
    return features.permute({0, 2, 3, 1}).reshape({features.size(0), features.size(2) * features.size(3), features.size(1)});
}

struct gram_function : torch::autograd::Function<gram_function> {
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext *context, const at::Tensor &features,
                                                  const optional_tensor &shift) {
        auto pixels = as_pixels(features);
        // Shifted before the product: afterwards, the difference of two large numbers would be left.
        if (shift.has_value()) pixels = pixels - shift->to(pixels.scalar_type());
        const auto size = static_cast<double>(pixels.size(1));
        const auto type = pixels.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
        std::vector<at::Tensor> grams;
        for (const auto &p : pixels.unbind(0)) grams.push_back(p.t().mm(p).to(type).div_(size));
        context->save_for_backward({pixels});
        context->saved_data["height"] = features.size(2);
        return {at::stack(grams), pixels.mean(1, false, type)};
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                   torch::autograd::variable_list gradients) {
        auto pixels = context->get_saved_variables()[0];
        const auto height = context->saved_data["height"].toInt();
        const auto size = static_cast<double>(pixels.size(1));
        auto g = (gradients[0] + gradients[0].transpose(1, 2)).div_(size);
        auto m = gradients[1] / size;
        // Scaled to at most 1 for the product, because half precision loses or drops numbers as small as these.
        auto scale = at::maximum(g.abs().amax(), m.abs().amax()).clamp_min(1e-30);
        g = (g / scale).to(pixels.scalar_type());
        m = (m / scale).to(pixels.scalar_type());
        auto result = at::empty_like(pixels);
        for (int64_t n = 0; n < pixels.size(0); n++) {
            auto target = result.select(0, n);
            at::addmm_out(target, m.select(0, n), pixels.select(0, n), g.select(0, n));
        }
        result.mul_(scale.to(pixels.scalar_type()));
        auto shape = result.view({pixels.size(0), height, pixels.size(1) / height, pixels.size(2)});
        return {shape.permute({0, 3, 1, 2}), at::Tensor()};
    }
};

std::tuple<at::Tensor, at::Tensor> gram(const at::Tensor &features, const optional_tensor &shift) {
    TORCH_CHECK(features.dim() == 4 && features.numel() > 0, "gram: features of shape [count, channels, height, width]");
    TORCH_CHECK(!shift.has_value() || (shift->dim() == 1 && shift->size(0) == features.size(1) && !shift->requires_grad()),
                "gram: one constant shift for each channel");
    auto both = gram_function::apply(features, shift);
    return {both[0], both[1]};
}

} // namespace

TORCH_LIBRARY_FRAGMENT(videostyle, library) {
    library.def("gram(Tensor features, Tensor? shift=None) -> (Tensor, Tensor)", &gram);
}
