// Threads, memory, modes and devices of libtorch. Compiles without CUDA: what a GPU is called is asked of its driver.
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <dlfcn.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstring>
#include <memory>
#include <vector>

#include "torch.hpp"
#include "torch_memory.hpp"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

using namespace vs;

namespace {

thread_local std::vector<std::unique_ptr<c10::InferenceMode>> inference_modes;

/// The CUDA driver's C interface, which is stable and present wherever a GPU can be used at all.
struct cuda_driver {
    int (*init)(unsigned) = nullptr;
    int (*get)(int *, int) = nullptr;
    int (*name)(char *, int, int) = nullptr;
    int (*memory)(size_t *, int) = nullptr;

    cuda_driver() {
        void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
        if (!library) return;
        find(library, "cuInit", init);
        find(library, "cuDeviceGet", get);
        find(library, "cuDeviceGetName", name);
        find(library, "cuDeviceTotalMem_v2", memory);
    }
    bool complete() const { return init && get && name && memory && init(0) == 0; }

private:
    template <typename Function>
    static void find(void *library, const char *symbol, Function &function) {
        function = reinterpret_cast<Function>(dlsym(library, symbol));
    }
};

int32_t copy_text(const std::string &text, char *buffer, int32_t capacity) {
    if (buffer && capacity > 0) {
        strncpy(buffer, text.c_str(), static_cast<size_t>(capacity) - 1);
        buffer[capacity - 1] = 0;
    }
    return static_cast<int32_t>(text.size());
}

} // namespace

vs_status vs_torch_setup(void) {
    return torch_guard([] { use_block_cache(); });
}

vs_status vs_torch_set_threads(int32_t threads) {
    return torch_guard([&] {
        require(threads >= 1, "at least one thread is needed");
        thread_local int32_t current = 0; // OpenMP keeps the number for each calling thread
        if (current == threads) return;
        at::set_num_threads(threads);
        current = threads;
    });
}

vs_status vs_torch_seed(int64_t seed) {
    return torch_guard([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

int32_t vs_torch_config(char *buffer, int32_t capacity) {
    std::string text;
    torch_guard([&] { text = std::string("libtorch ") + TORCH_VERSION + "\n" + at::show_config(); });
    return copy_text(text, buffer, capacity);
}

int32_t vs_torch_has_bf16(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#elif defined(__aarch64__) && defined(HWCAP2_BF16)
    return (getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0;
#else
    return 0;
#endif
}

int32_t vs_torch_cuda_count(void) {
    int32_t count = 0;
    torch_guard([&] {
        if (at::hasCUDA() && c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA))
            count = c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount();
    });
    return count;
}

vs_status vs_torch_cuda_info(int32_t index, char *name, int32_t capacity, int64_t *memory) {
    return torch_guard([&] {
        static const cuda_driver driver;
        int device = 0;
        size_t bytes = 0;
        if (!driver.complete() || driver.get(&device, index) != 0 || driver.name(name, capacity, device) != 0 ||
            driver.memory(&bytes, device) != 0)
            throw failure(VS_UNAVAILABLE, "the CUDA driver does not know device " + std::to_string(index));
        *memory = static_cast<int64_t>(bytes);
    });
}

vs_status vs_torch_grad_mode(int32_t enabled, int32_t *previous) {
    return torch_guard([&] {
        *previous = c10::GradMode::is_enabled();
        c10::GradMode::set_enabled(enabled != 0);
    });
}

vs_status vs_torch_inference_enter(void) {
    return torch_guard([] { inference_modes.push_back(std::make_unique<c10::InferenceMode>()); });
}

vs_status vs_torch_inference_leave(void) {
    return torch_guard([] {
        require(!inference_modes.empty(), "this thread is not in inference mode");
        inference_modes.pop_back();
    });
}
