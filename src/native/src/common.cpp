#include <malloc.h>

#include <cstring>

#include "guard.hpp"

namespace {
thread_local std::string last_error;

// Frames go back to the system when they are freed. Left alone, glibc raises its limit with the first large frame and
// keeps up to 32 MiB a thread: a fifth of what `measure` holds. What is smaller stays, up to 16 MiB: with that limit fixed
// glibc would give back every 128 KiB, to be faulted in anew.
__attribute__((constructor)) void bound_kept_memory() {
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
}
} // namespace

void vs::set_last_error(const char *message) noexcept {
    try {
        last_error = message;
    } catch (...) {
        last_error.clear(); // no memory for the sentence; the status still tells the kind
    }
}

int32_t vs_abi_version(void) { return VS_ABI_VERSION; }

int32_t vs_units(void) {
    int32_t units = 0;
#ifdef VS_WITH_MEDIA
    units |= VS_UNIT_MEDIA;
#endif
#ifdef VS_WITH_VISION
    units |= VS_UNIT_VISION;
#endif
#ifdef VS_WITH_KERNELS
    units |= VS_UNIT_KERNELS;
#endif
    return units;
}

int32_t vs_last_error(char *buffer, int32_t capacity) {
    if (buffer && capacity > 0) {
        strncpy(buffer, last_error.c_str(), static_cast<size_t>(capacity) - 1);
        buffer[capacity - 1] = 0;
    }
    return static_cast<int32_t>(last_error.size());
}
