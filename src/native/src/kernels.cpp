#include "kernels.hpp"

#include <mutex>

using namespace vs;

namespace {

std::mutex runtime_lock;
openmp shared_runtime;

openmp current_runtime() {
    const std::lock_guard<std::mutex> lock(runtime_lock);
    return shared_runtime;
}

int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

bool is_well_formed(const vs_image_batch *p) {
    if (!p || !p->data || (p->dtype != VS_FLOAT32 && p->dtype != VS_BFLOAT16 && p->dtype != VS_FLOAT16)) return false;
    if (!is_extent(p->count) || !is_extent(p->channels) || !is_extent(p->height) || !is_extent(p->width)) return false;
    int64_t elements = 0;
    return !__builtin_mul_overflow(p->width * p->channels, p->height, &elements) &&
           !__builtin_mul_overflow(elements, p->count, &elements) && elements < int64_t{1} << 48;
}

} // namespace

// ---- images ----

bool vs::is_readable(const vs_image_batch *p) {
    return is_well_formed(p) && p->dtype != VS_FLOAT16 && (p->height == 1 || p->row >= 0) && (p->count == 1 || p->batch >= 0);
}

bool vs::is_writable(const vs_image_batch *p) {
    if (!is_well_formed(p)) return false;
    const int64_t line = p->width * p->channels;
    if (p->height > 1 && p->row < line) return false;
    return p->count == 1 || p->batch >= (p->height > 1 ? (p->height - 1) * p->row : 0) + line;
}

bool vs::has_shape(const vs_image_batch &p, int64_t count, int64_t channels, int64_t height, int64_t width) {
    return p.count == count && p.channels == channels && p.height == height && p.width == width;
}

// ---- threads ----

struct row_split::team_task {
    const row_split *split;
    part_function function;
    const void *context;
};

row_split::row_split(int64_t begin, int64_t end, int64_t grain)
    : runtime_(current_runtime()), begin_(begin), end_(end), workers_(1) {
    if (runtime_.parallel && end - begin > grain)
        workers_ = std::clamp<int64_t>(divide_up(end - begin, grain), 1, std::max(1, runtime_.max_threads()));
}

void row_split::run_parts(part_function function, const void *context) const noexcept {
    if (begin_ >= end_) return;
    if (workers_ == 1) return function(context, begin_, end_, 0);
    team_task task{this, function, context};
    // The whole team, even if some of it stays idle: GOMP ends surplus threads when asked for fewer, and starts them again.
    runtime_.parallel(run_member, &task, 0, 0);
}

/// Runs on each thread of the team, which can be larger than the number of parts, and smaller than requested.
void row_split::run_member(void *data) noexcept {
    const auto &task = *static_cast<const team_task *>(data);
    const row_split &split = *task.split;
    const int64_t team = std::min<int64_t>(split.workers_, split.runtime_.num_threads());
    const int64_t worker = split.runtime_.thread_num();
    const int64_t size = divide_up(split.end_ - split.begin_, team);
    const int64_t first = split.begin_ + worker * size;
    if (worker < team && first < split.end_) task.function(task.context, first, std::min(split.end_, first + size), worker);
}

vs_status vs_kernels_set_openmp(void *parallel, void *max_threads, void *num_threads, void *thread_num) {
    return guard([&] {
        const int given = !!parallel + !!max_threads + !!num_threads + !!thread_num;
        require(given == 0 || given == 4, "vs_kernels_set_openmp: all four addresses, or none");
        openmp runtime{};
        memcpy(&runtime.parallel, &parallel, sizeof parallel);
        memcpy(&runtime.max_threads, &max_threads, sizeof max_threads);
        memcpy(&runtime.num_threads, &num_threads, sizeof num_threads);
        memcpy(&runtime.thread_num, &thread_num, sizeof thread_num);
        const std::lock_guard<std::mutex> lock(runtime_lock);
        shared_runtime = runtime;
        return VS_OK;
    });
}
