// Cameras, screens and loopback devices, by libavdevice where it is on the machine.
#pragma once

#include "media_versions.hpp"

namespace vs::media {

/// A device that is read or written live.
struct Device {
    const char *format; // FFmpeg's name of it: v4l2 or x11grab
    std::string name;   // as that format takes it
};

/// Which device a name stands for: /dev/videoN, or screen, screen:DISPLAY. False for every other name.
bool is_device(const std::string &name, Device *device = nullptr);
/// Its demuxer, or its muxer; throws VS_UNAVAILABLE where libavdevice or that device is not in this FFmpeg.
InputFormat *device_input(const Device &device);
const AVOutputFormat *device_output(const Device &device);

} // namespace vs::media
