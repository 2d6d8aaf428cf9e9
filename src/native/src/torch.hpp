// What the files of the torch unit share.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <string>

#include "guard.hpp"

struct vs_tensor {
    at::Tensor value;
};

namespace vs {

/// As `guard`, and turns libtorch's own exceptions into sentences without a backtrace.
template <typename Body>
vs_status torch_guard(Body &&body) noexcept {
    return guard([&]() -> vs_status {
        try {
            body();
            return VS_OK;
        } catch (const c10::OutOfMemoryError &e) {
            throw failure(VS_NO_MEMORY, e.what_without_backtrace());
        } catch (const c10::Error &e) {
            // The host allocator of libtorch has no exception type of its own.
            std::string message = e.what_without_backtrace();
            bool memory = message.find("can't allocate memory") != std::string::npos ||
                          message.find("not enough memory") != std::string::npos;
            throw failure(memory ? VS_NO_MEMORY : VS_INTERNAL, message);
        }
    });
}

inline vs_tensor *own(at::Tensor tensor) { return new vs_tensor{std::move(tensor)}; }

} // namespace vs
