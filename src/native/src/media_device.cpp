#include "media_device.hpp"

#include <dlfcn.h>

#include <cctype>
#include <cstdlib>
#include <cstring>

namespace vs::media {

namespace {

// Linked, it would be needed to build and to run; it brings X, sound servers and more. Its versions go with libavformat's.
bool load_devices() {
    static const bool loaded = [] {
        const auto file = "libavdevice.so." + std::to_string(LIBAVFORMAT_VERSION_MAJOR);
        void *library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
        const auto add = library ? reinterpret_cast<void (*)()>(dlsym(library, "avdevice_register_all")) : nullptr;
        if (add) add();
        return add != nullptr;
    }();
    return loaded;
}

template <typename Format> Format *require_format(const Device &device, Format *(*find)(const char *)) {
    auto *format = load_devices() ? find(device.format) : nullptr;
    if (!format)
        throw failure(VS_UNAVAILABLE, device.name + ": this machine lacks libavdevice.so." + std::to_string(LIBAVFORMAT_VERSION_MAJOR) + " with " + device.format + ".");
    return format;
}

} // namespace

bool is_device(const std::string &name, Device *device) {
    constexpr const char *video = "/dev/video", *screen = "screen";
    Device found{nullptr, name};
    if (name.rfind(video, 0) == 0 && name.size() > strlen(video) && name.find_first_not_of("0123456789", strlen(video)) == std::string::npos) {
        found.format = "v4l2";
    } else if (name == screen || name.rfind("screen:", 0) == 0) {
        const char *display = getenv("DISPLAY");
        found = {"x11grab", name == screen ? (display ? display : ":0") : name.substr(strlen(screen))};
    }
    if (device && found.format) *device = found;
    return found.format;
}

InputFormat *device_input(const Device &device) {
    return require_format<InputFormat>(device, [](const char *name) -> InputFormat * { return av_find_input_format(name); });
}

const AVOutputFormat *device_output(const Device &device) {
    return require_format<const AVOutputFormat>(device, [](const char *name) -> const AVOutputFormat * { return av_guess_format(name, nullptr, nullptr); });
}

} // namespace vs::media
