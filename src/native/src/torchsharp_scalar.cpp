// TorchSharp passes scalars to libtorch as objects with a finalizer, and does not keep them alive during the call: a garbage
// collection on another thread can free a scalar that an operator is about to read (open upstream:
// https://github.com/dotnet/TorchSharp/pull/1496). So TorchSharp's imports are resolved in this library first. It delays the
// release of a scalar until many others have been released after it; all other symbols are found in TorchSharp's own library, a
// dependency of this one.
#include <atomic>
#include <cstdint>

namespace {

using dispose_function = void (*)(void *);

// An operator reads its scalars when it starts. 65,536 of them take 3 MB, and are more than many threads release in that time.
constexpr uint64_t capacity = 1 << 16;
std::atomic<void *> released[capacity];
std::atomic<uint64_t> next;
std::atomic<dispose_function> dispose;

} // namespace

extern "C" __attribute__((visibility("default"))) void vs_torchsharp_set_dispose_scalar(void *function) {
    dispose = reinterpret_cast<dispose_function>(function);
}

extern "C" __attribute__((visibility("default"))) void THSTorch_dispose_scalar(void *scalar) {
    void *oldest = released[next++ % capacity].exchange(scalar);
    const auto free = dispose.load();
    if (oldest && free) free(oldest);
}
