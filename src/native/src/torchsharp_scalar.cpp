// TorchSharp hands numbers to libtorch as objects with a finalizer, and does not keep them alive during the call: a garbage
// collection on another thread frees a number that an operator is about to read. (Known there, and open:
// https://github.com/dotnet/TorchSharp/pull/1496.) So TorchSharp's calls are resolved in this library first, whose only function
// frees a number when many others have been given up after it; all else is found in TorchSharp's own library, which this one
// names as a dependency.
#include <atomic>
#include <cstdint>

namespace {

using dispose_function = void (*)(void *);

// An operator reads its numbers when it begins. 65,536 of them are 3 MB, and more than many threads give up in that time.
constexpr uint64_t waiting = 1 << 16;
std::atomic<void *> given_up[waiting];
std::atomic<uint64_t> next;
std::atomic<dispose_function> dispose;

} // namespace

extern "C" __attribute__((visibility("default"))) void vs_torchsharp_set_dispose_scalar(void *function) {
    dispose = reinterpret_cast<dispose_function>(function);
}

extern "C" __attribute__((visibility("default"))) void THSTorch_dispose_scalar(void *scalar) {
    void *oldest = given_up[next++ % waiting].exchange(scalar);
    const auto free = dispose.load();
    if (oldest && free) free(oldest);
}
