// Dense optical flow by OpenCV: DIS (Kroeger et al. 2016) and Farneback (2003).
#include <algorithm>
#include <cmath>
#include <functional>
#include <malloc.h>
#include <memory>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "guard.hpp"

struct vs_flow {
    std::function<void(const cv::Mat &source, const cv::Mat &target, cv::Mat &flow)> estimate;
    bool takes_initial_flow = false; // in `flow` of estimate
    cv::Mat padded_source, padded_target;
};

namespace {

// DIS refuses images below about 12 px. Smaller ones are replicate-padded, as in warping.
constexpr int smallest_side = 32;
constexpr int largest_side = 32767; // OpenCV indexes pixels with short in places

// With an arena for each thread, every thread that ever estimated keeps what its largest estimate took.
void share_arenas() {
#ifdef M_ARENA_MAX
    static const int done = mallopt(M_ARENA_MAX, 1);
    (void)done;
#endif
}

struct dis_estimator {
    vs_dis_settings settings;
    cv::Ptr<cv::DISOpticalFlow> dis;
    cv::Size size;
    bool began_from_flow = false;

    void operator()(const cv::Mat &source, const cv::Mat &target, cv::Mat &flow) {
        // An instance keeps pyramid and scales of its first size, and reads outside of them at another one. It also keeps the
        // initial flow that it was given once, and begins there for ever.
        if (!dis || source.size() != size || began_from_flow) {
            dis = cv::DISOpticalFlow::create(settings.preset);
            if (settings.finest_scale >= 0) dis->setFinestScale(settings.finest_scale);
            if (settings.patch_stride > 0) dis->setPatchStride(settings.patch_stride);
            if (settings.refinement_iterations >= 0)
                dis->setVariationalRefinementIterations(settings.refinement_iterations);
            size = source.size();
        }
        began_from_flow = !flow.empty();
        dis->calc(source, target, flow);
    }
};

// `result` holds the initial flow, or nothing: DIS takes a matrix of the right size for a first guess, whatever it holds, and reads
// outside of the images where that is not a number.
cv::Mat estimate_padded(vs_flow &flow, const cv::Mat &source, const cv::Mat &target, cv::Mat result) {
    const int bottom = std::max(0, smallest_side - source.rows), right = std::max(0, smallest_side - source.cols);
    if (bottom == 0 && right == 0) {
        flow.estimate(source, target, result);
        return result;
    }
    cv::copyMakeBorder(source, flow.padded_source, 0, bottom, 0, right, cv::BORDER_REPLICATE);
    cv::copyMakeBorder(target, flow.padded_target, 0, bottom, 0, right, cv::BORDER_REPLICATE);
    if (!result.empty()) cv::copyMakeBorder(result.clone(), result, 0, bottom, 0, right, cv::BORDER_REPLICATE);
    flow.estimate(flow.padded_source, flow.padded_target, result);
    return result(cv::Rect(0, 0, source.cols, source.rows));
}

// A vector that is no number, or or is longer than any image, means that nothing was found.
void zero_wild_vectors(float *values, size_t count) {
    for (size_t i = 0; i < count; i += 2)
        if (!(std::abs(values[i]) <= largest_side && std::abs(values[i + 1]) <= largest_side))
            values[i] = values[i + 1] = 0;
}

vs_status estimate(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width, int32_t height, const float *initial,
                   float *out) {
    vs::require(flow && source && target && out, "optical flow: null argument");
    vs::require(width >= 1 && height >= 1, "optical flow: empty picture");
    if (width > largest_side || height > largest_side)
        throw vs::failure(VS_INPUT, "optical flow: the picture is wider or higher than 32767 pixels");
    const size_t values = size_t(2) * width * height;
    cv::Mat first;
    if (initial) {
        first.create(height, width, CV_32FC2);
        std::copy_n(initial, values, first.ptr<float>());
        zero_wild_vectors(first.ptr<float>(), values);
    }
    // OpenCV takes no const data; neither method writes to its inputs.
    const cv::Mat a(height, width, CV_8UC1, const_cast<uint8_t *>(source));
    const cv::Mat b(height, width, CV_8UC1, const_cast<uint8_t *>(target));
    estimate_padded(*flow, a, b, first).copyTo(cv::Mat(height, width, CV_32FC2, out));
    zero_wild_vectors(out, values);
    return VS_OK;
}

} // namespace

vs_status vs_flow_set_threads(int32_t threads) {
    return vs::guard([&] {
        cv::setNumThreads(std::max(1, threads));
        return VS_OK;
    });
}

vs_status vs_flow_create_dis(const vs_dis_settings *settings, vs_flow **out) {
    return vs::guard([&] {
        vs::require(settings && out, "vs_flow_create_dis: null argument");
        share_arenas();
        vs::require(settings->preset >= 0 && settings->preset <= 2, "vs_flow_create_dis: unknown preset");
        auto flow = std::make_unique<vs_flow>();
        flow->estimate = dis_estimator{*settings, {}, {}};
        flow->takes_initial_flow = true;
        *out = flow.release();
        return VS_OK;
    });
}

vs_status vs_flow_create_farneback(const vs_farneback_settings *settings, vs_flow **out) {
    return vs::guard([&] {
        vs::require(settings && out, "vs_flow_create_farneback: null argument");
        share_arenas();
        auto flow = std::make_unique<vs_flow>();
        flow->estimate = [s = *settings](const cv::Mat &a, const cv::Mat &b, cv::Mat &w) {
            cv::calcOpticalFlowFarneback(a, b, w, s.pyramid_scale, s.levels, s.window, s.iterations, s.poly_n,
                                         s.poly_sigma, 0);
        };
        *out = flow.release();
        return VS_OK;
    });
}

vs_status vs_flow_estimate(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width, int32_t height,
                           float *out) {
    return vs::guard([&] { return estimate(flow, source, target, width, height, nullptr, out); });
}

vs_status vs_flow_refine(vs_flow *flow, const uint8_t *source, const uint8_t *target, int32_t width, int32_t height,
                         const float *initial, float *out) {
    return vs::guard([&] {
        vs::require(flow && initial, "vs_flow_refine: null argument");
        vs::require(flow->takes_initial_flow, "vs_flow_refine: only DIS takes an initial flow");
        return estimate(flow, source, target, width, height, initial, out);
    });
}

void vs_flow_free(vs_flow *flow) { delete flow; }
