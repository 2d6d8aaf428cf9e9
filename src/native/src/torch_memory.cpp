// Host memory for tensors. Activations are megabytes each and the same sizes come back for every picture, often from
// several threads at once. The C library either maps and unmaps them, which costs a page fault for every 4 KiB of a forward
// pass, or keeps them in a heap that fragments when two pictures are painted side by side. Here large blocks are mapped
// once and lent again; what lies idle is never more than what was in use at the peak, nor than half a gibibyte: the
// activations of an 8K picture are gigabytes, and there mapping anew costs little beside the convolutions.
#include <ATen/core/Tensor.h>
#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

#include "torch_memory.hpp"

namespace {

constexpr size_t least_mapped = 64 << 10; // smaller ones are the C library's business
constexpr size_t granularity = 64 << 10;  // so that sizes that differ by little share blocks
constexpr size_t always_idle = 64 << 20, most_idle = 512 << 20;

class block_cache {
public:
    void *take(size_t bytes) {
        const size_t size = (bytes + granularity - 1) / granularity * granularity;
        std::lock_guard<std::mutex> lock(mutex_);
        auto found = idle_.lower_bound(size);
        if (found != idle_.end() && found->first <= size + size / 4) {
            void *data = found->second.data;
            idle_bytes_ -= found->first;
            use(data, found->first);
            idle_.erase(found);
            return data;
        }
        void *data = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (data == MAP_FAILED) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
        if (size >= 2 << 20) madvise(data, size, MADV_HUGEPAGE); // 2 MiB a fault instead of 4 KiB; only advice
#endif
        use(data, size);
        return data;
    }

    /// Takes a block back; false where it is none of these.
    bool give_back(void *data) {
        std::lock_guard<std::mutex> lock(mutex_);
        auto found = in_use_.find(data);
        if (found == in_use_.end()) return false;
        in_use_bytes_ -= found->second;
        idle_bytes_ += found->second;
        idle_.emplace(found->second, idle_block{data, ++clock_});
        in_use_.erase(found);
        while (idle_bytes_ > std::clamp(peak_bytes_, always_idle, most_idle)) release_oldest();
        return true;
    }

private:
    struct idle_block {
        void *data;
        uint64_t since;
    };

    void use(void *data, size_t size) {
        in_use_.emplace(data, size);
        in_use_bytes_ += size;
        peak_bytes_ = std::max(peak_bytes_, in_use_bytes_);
    }

    void release_oldest() {
        auto oldest = std::min_element(idle_.begin(), idle_.end(),
                                       [](const auto &a, const auto &b) { return a.second.since < b.second.since; });
        idle_bytes_ -= oldest->first;
        munmap(oldest->second.data, oldest->first);
        idle_.erase(oldest);
    }

    std::mutex mutex_;
    std::multimap<size_t, idle_block> idle_;
    std::unordered_map<void *, size_t> in_use_;
    size_t idle_bytes_ = 0, in_use_bytes_ = 0, peak_bytes_ = 0;
    uint64_t clock_ = 0;
};

// Never destroyed: tensors in static storage may outlive it otherwise.
block_cache &cache() {
    static auto *instance = new block_cache();
    return *instance;
}

void release(void *data) {
    // Mapped blocks begin on a page; only what does so too has to be looked up.
    if (reinterpret_cast<uintptr_t>(data) % 4096 == 0 && cache().give_back(data)) return;
    free(data);
}

/// The context is the memory itself, because oneDNN takes its scratch memory without the rest of the pointer.
c10::DataPtr lend(size_t bytes) {
    void *data = nullptr;
    if (bytes >= least_mapped)
        data = cache().take(bytes);
    else if (bytes > 0 && posix_memalign(&data, 64, bytes) != 0)
        throw std::bad_alloc();
    return {data, data, &release, c10::Device(c10::DeviceType::CPU)};
}

// `allocate` is const in libtorch 1.13 and no longer in later versions, which also ask for `copy_data`: the allocator takes
// the form that the header at hand declares.
template <typename Signature>
struct host_allocator;

template <>
struct host_allocator<c10::DataPtr (c10::Allocator::*)(size_t) const> : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) const { return lend(bytes); }
    c10::DeleterFnPtr raw_deleter() const { return &release; }
    void copy_data(void *target, const void *source, size_t bytes) const { memcpy(target, source, bytes); }
};

template <>
struct host_allocator<c10::DataPtr (c10::Allocator::*)(size_t)> : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) { return lend(bytes); }
    c10::DeleterFnPtr raw_deleter() const { return &release; }
    void copy_data(void *target, const void *source, size_t bytes) const { memcpy(target, source, bytes); }
};

} // namespace

void vs::use_block_cache() {
    static auto *allocator = new host_allocator<decltype(&c10::Allocator::allocate)>();
    c10::SetCPUAllocator(allocator);
}
