#include "media_input.hpp"
#include "media_device.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" {
#include <libavutil/intreadwrite.h>
}

namespace vs::media {

namespace {

constexpr int buffer_size = 1 << 16;
constexpr size_t head_size = 4096;
constexpr int64_t largest_picture = int64_t{1} << 30; // in bytes

// Containers of cameras, phones, broadcast, the web and capture programs, streams without a container, and pictures. Not
// what is left out on purpose: playlists and manifests, scripts, devices, and formats without a mark of their own.
constexpr const char *containers =
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,live_flv,asf,asf_o,ogg,mxf,mxf_opatom,nut,ivf,wtv,gxf,lxf,dv,rm,nsv,nuv,ty,pva,dhav,"
    "h261,h263,h264,hevc,vvc,av1,obu,m4v,vc1,vc1test,cavsvideo,dirac,dnxhd,mjpeg,mjpeg_2000,smjpeg,mpjpeg,yuv4mpegpipe,flic,"
    "gif,apng,jpegxl_anim,webp_anim,bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gif_pipe,hdr_pipe,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,"
    "pam_pipe,pbm_pipe,pcx_pipe,pfm_pipe,pgm_pipe,pgmyuv_pipe,phm_pipe,png_pipe,ppm_pipe,psd_pipe,qoi_pipe,sgi_pipe,sunrast_pipe,"
    "tiff_pipe,webp_pipe,xbm_pipe,xpm_pipe,xwd_pipe";

constexpr const char *playlists = "hls,applehttp,dash,concat,imf,sdp,rtsp,webm_dash_manifest";

int refuse_to_open(AVFormatContext *context, AVIOContext **, const char *, int, AVDictionary **) {
    av_log(context, AV_LOG_ERROR, "it refers to another file, which is not opened\n");
    return AVERROR(EPERM);
}

std::string errno_text() { return strerror(errno); }

bool is_box(const uint8_t *box, const char *name) { return memcmp(box + 4, name, 4) == 0; }

// Whether the boxes of an MP4 or MOV file show that its index lies behind its data.
bool has_late_index(const std::vector<uint8_t> &head) {
    if (head.size() < 16 || !is_box(head.data(), "ftyp")) return false;
    for (uint64_t at = 0; at + 16 <= head.size();) {
        const auto *box = head.data() + at;
        if (is_box(box, "mdat")) return true;
        if (is_box(box, "moov") || is_box(box, "moof")) return false;
        const uint64_t size = AV_RB32(box);
        if (size < 8 || size > head.size()) return false;
        at += size;
    }
    return false;
}

// Photos of phones: tiles of HEVC that FFmpeg gives one by one.
bool is_heic(const std::vector<uint8_t> &head) {
    if (head.size() < 16 || !is_box(head.data(), "ftyp")) return false;
    const auto *brand = reinterpret_cast<const char *>(head.data()) + 8;
    for (const char *name : {"heic", "heix", "heim", "heis"})
        if (memcmp(brand, name, 4) == 0) return true;
    const auto end = std::min<size_t>(AV_RB32(head.data()), head.size());
    if (memcmp(brand, "mif1", 4) != 0) return false;
    for (size_t at = 16; at + 4 <= end; at += 4)
        if (memcmp(head.data() + at, "heic", 4) == 0) return true;
    return false;
}

// The extension alone: a name such as "100%d.png" is no pattern, and no demuxer learns where the file lies.
std::string name_for_probing(const std::string &name) {
    const auto dot = name.rfind('.');
    return dot == std::string::npos || name.find('/', dot) != std::string::npos ? "input" : "input" + name.substr(dot);
}

// A file of such a name is one picture; without one, as in a pipe, pictures may follow each other.
bool names_picture(const std::string &url) {
    uint8_t nothing[AVPROBE_PADDING_SIZE] = {};
    AVProbeData data{};
    data.filename = url.c_str();
    data.buf = nothing;
    const auto *format = av_probe_input_format(&data, 0);
    return format && strcmp(format->name, "image2") == 0;
}

} // namespace

Input::Input(const std::string &name, const Content &content, const vs_media_source_options &options)
    : name_(shown(name)), url_(name), options_(options), patience_(options.stop, options.timeout_us), bytes_(content.bytes) {
    try {
        if (content.is_named()) protocol_ = protocol_of(name);
        if (content.is_named() && options.live) is_device_ = is_device(name);
        if (bytes_) size_ = static_cast<int64_t>(bytes_->size());
        else if (content.descriptor >= 0) file_ = content.descriptor, owns_file_ = true;
        else if (name == "-") file_ = STDIN_FILENO;
        else if (!protocol_ && !is_device_) open_file();
        if (!options.listen) patience_.begin();
        if (!protocol_ && !is_device_) check_head();
    } catch (...) {
        if (owns_file_) close(file_);
        throw;
    }
}

Input::~Input() {
    if (protocol_) avio_closep(&io_);
    if (io_) av_freep(&io_->buffer);
    avio_context_free(&io_);
    if (owns_file_) close(file_);
}

void Input::open_file() {
    struct stat status;
    if (stat(name_.c_str(), &status) != 0)
        throw failure(VS_INPUT, name_ + ": " + (errno == ENOENT ? "there is no such file." : errno_text() + "."));
    if (S_ISDIR(status.st_mode)) throw failure(VS_INPUT, name_ + ": is a folder, not a video.");
    file_ = ::open(name_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file_ < 0) throw failure(VS_INPUT, name_ + ": cannot be read: " + errno_text() + ".");
    owns_file_ = true;
}

// Finds out what kind of file it is, and reads what must be known before FFmpeg sees it.
void Input::check_head() {
    if (!bytes_) {
        struct stat status;
        if (fstat(file_, &status) != 0) throw failure(VS_INPUT, name_ + ": cannot be read: " + errno_text() + ".");
        if (S_ISREG(status.st_mode)) {
            base_ = owns_file_ ? 0 : std::max<int64_t>(lseek(file_, 0, SEEK_CUR), 0);
            size_ = std::max<int64_t>(status.st_size - base_, 0);
        } else if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode)) {
            throw failure(VS_INPUT, name_ + ": is a device, not a video.");
        }
    }
    if (size_ == 0) throw failure(VS_INPUT, name_ + ": is empty.");
    head_.resize(head_size);
    int64_t count = 0, got = 0;
    do {
        got = size_ >= 0 ? read(head_.data() + count, head_size - count, count) : read_pipe(head_.data() + count, head_size - count);
        if (got < 0) throw failure(VS_INPUT, name_ + ": cannot be read: " + errno_text() + ".");
        count += got;
        // A live stream that is no MP4 begins with what is there.
    } while (got > 0 && count < static_cast<int64_t>(head_size) && (count < 8 || is_box(head_.data(), "ftyp")));
    head_.resize(static_cast<size_t>(count));
    if (count == 0) throw failure(VS_INPUT, name_ + ": is empty.");
    if (is_heic(head_)) throw failure(VS_INPUT, name_ + ": is a HEIC picture, which is not read.");
    if (size_ < 0 && has_late_index(head_)) keep_pipe();
}

// A file without a name takes what comes from the pipe, so that the index at its end can be read first.
void Input::keep_pipe() {
    const char *folder = getenv("TMPDIR");
    std::string path = std::string(folder && *folder ? folder : "/var/tmp") + "/videostyle-XXXXXX";
    const std::string lost = name_ + ": its index lies at its end, and it cannot be kept in " + path.substr(0, path.rfind('/')) + ": ";
    const int kept = mkostemp(path.data(), O_CLOEXEC);
    if (kept < 0) throw failure(VS_INPUT, lost + errno_text() + ".");
    unlink(path.c_str());
    std::vector<uint8_t> part = head_;
    int64_t total = 0;
    for (int64_t count = static_cast<int64_t>(part.size()); count > 0;) {
        for (int64_t done = 0; done < count;) {
            const auto written = pwrite(kept, part.data() + done, static_cast<size_t>(count - done), total + done);
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) {
                const auto why = errno_text();
                close(kept);
                throw failure(VS_INPUT, lost + why + ".");
            }
            done += written;
        }
        total += count;
        part.resize(size_t{1} << 20);
        count = read_pipe(part.data(), static_cast<int64_t>(part.size()));
    }
    if (owns_file_) close(file_);
    file_ = kept;
    owns_file_ = kept_ = true;
    base_ = 0;
    size_ = total;
}

// A pipe may be silent for ever.
int64_t Input::read_pipe(uint8_t *buffer, int64_t size) const {
    for (;;) {
        if (!patience_.wait_for(file_)) {
            errno = ETIMEDOUT;
            return -1;
        }
        const auto count = ::read(file_, buffer, static_cast<size_t>(size));
        if (count >= 0 || errno != EINTR) return count;
    }
}

// pread leaves the position of standard input, which other processes share, where it is.
int64_t Input::read(uint8_t *buffer, int64_t size, int64_t position) const {
    if (!bytes_) {
        for (;;) {
            const auto count = pread(file_, buffer, static_cast<size_t>(size), base_ + position);
            if (count >= 0 || errno != EINTR) return count;
        }
    }
    const auto count = std::clamp<int64_t>(size_ - position, 0, size);
    memcpy(buffer, bytes_->data() + position, static_cast<size_t>(count));
    return count;
}

std::vector<uint8_t> Input::first_bytes(int64_t count) const {
    std::vector<uint8_t> bytes(static_cast<size_t>(std::clamp<int64_t>(size_, 0, count)));
    const auto got = bytes.empty() ? 0 : read(bytes.data(), static_cast<int64_t>(bytes.size()), 0);
    bytes.resize(static_cast<size_t>(std::max<int64_t>(got, 0)));
    return bytes;
}

int Input::read_callback(void *self, uint8_t *buffer, int size) {
    auto &input = *static_cast<Input *>(self);
    int64_t count;
    if (input.size_ >= 0) {
        count = input.read(buffer, size, input.position_);
    } else if (const auto left = static_cast<int64_t>(input.head_.size()) - input.position_; left > 0) {
        count = std::min<int64_t>(left, size);
        memcpy(buffer, input.head_.data() + input.position_, static_cast<size_t>(count));
    } else {
        count = input.read_pipe(buffer, size);
    }
    if (count < 0) return AVERROR(errno);
    if (count == 0) return AVERROR_EOF;
    input.position_ += count;
    return static_cast<int>(count);
}

int64_t Input::seek_callback(void *self, int64_t offset, int whence) {
    auto &input = *static_cast<Input *>(self);
    if (whence & AVSEEK_SIZE) return input.size_;
    whence &= ~AVSEEK_FORCE;
    const int64_t base = whence == SEEK_CUR ? input.position_ : whence == SEEK_END ? input.size_ : 0;
    if (offset < -base || offset > input.size_ - base) return AVERROR(EINVAL);
    return input.position_ = base + offset;
}

const AVInputFormat *Input::probe(const std::string &url, Dictionary &options) {
    const auto unreadable = name_ + ": cannot be read as a video";
    InputFormat *format = nullptr;
    if (const int code = av_probe_input_buffer2(io_, &format, url.c_str(), nullptr, 0, 0); code < 0) {
        if (patience_.is_over()) throw failure(VS_INPUT, name_ + ": " + patience_.complaint() + ".");
        check(code, VS_INPUT, unreadable);
    }
    const auto told_by_name = [&] { return strcmp(format->name, "image2") == 0; };
    // Content goes before the name. Only a TGA picture has no mark of its own.
    if (told_by_name()) {
        format = nullptr;
        const int code = av_probe_input_buffer2(io_, &format, "", nullptr, 0, 0);
        if (!av_match_ext(url.c_str(), "tga")) check(code, VS_INPUT, unreadable);
        else if (code < 0) format = av_find_input_format("image2");
    }
    if (told_by_name() && size_ >= 0 && size_ <= largest_picture) {
        options.set("frame_size", std::to_string(size_));
        return av_find_input_format("image2pipe");
    }
    if (av_match_list(format->name, playlists, ',') > 0)
        throw failure(VS_INPUT, name_ + ": is a playlist (" + format->name + "); what it names is not opened.");
    if (av_match_list(format->name, containers, ',') <= 0)
        throw failure(VS_INPUT, name_ + ": is no video but " + (format->long_name ? format->long_name : format->name) + ".");
    return format;
}

AVFormatContext *Input::open() {
    if (is_device_) return open_device();
    if (protocol_ && protocol_->is_opened_by_format) return open_stream();
    if (protocol_) {
        io_ = open_url(url_, *protocol_, /*write*/ false, options_.listen, patience_, name_ + ": cannot be opened");
    } else {
        auto *buffer = static_cast<uint8_t *>(av_malloc(buffer_size));
        io_ = buffer ? avio_alloc_context(buffer, buffer_size, 0, this, read_callback, nullptr, size_ >= 0 ? seek_callback : nullptr) : nullptr;
        if (!io_) {
            av_free(buffer);
            throw std::bad_alloc();
        }
    }
    const auto url = name_for_probing(name_);
    Dictionary options;
    patience_.begin();
    auto *format = const_cast<InputFormat *>(probe(protocol_ ? "input" : url, options));
    auto *context = avformat_alloc_context();
    if (!context) throw std::bad_alloc();
    context->pb = io_;
    context->io_open = refuse_to_open;
    context->interrupt_callback = patience_.callback();
    options.set("protocol_whitelist", "none");
    // An animated PNG of more than 15 frames a second would be slowed down.
    options.set("max_fps", "0");
    // A transport stream whose table of streams changes, as at the seam of two recordings, goes on in the same streams.
    options.set("merge_pmt_versions", "1");
    picture_ = size_ >= 0 && names_picture(url) && strstr(format->name, "pipe");
    check(avformat_open_input(&context, url.c_str(), format, &options.entries), VS_INPUT, name_ + ": cannot be read as a video");
    return context;
}

// RTSP: its demuxer opens the connection by itself.
AVFormatContext *Input::open_stream() {
    auto *context = avformat_alloc_context();
    if (!context) throw std::bad_alloc();
    context->io_open = refuse_to_open;
    redirected_ = {&patience_, context, url_};
    context->interrupt_callback = {[](void *self) { return static_cast<Redirection *>(self)->is_over(); }, &redirected_};
    Dictionary options;
    options.set("protocol_whitelist", protocol_->protocols);
    if (options_.listen) options.set("rtsp_flags", "listen");
    // Over UDP, packets are lost without a word, and a server can have them sent to somebody else.
    else options.set("rtsp_transport", "tcp");
    clear_log();
    const int code = avformat_open_input(&context, url_.c_str(), av_find_input_format(protocol_->demuxer), &options.entries);
    if (code < 0 && redirected_.leads_away) throw failure(VS_INPUT, name_ + ": is redirected to another place, which is not opened.");
    if (code < 0 && patience_.is_over()) throw failure(VS_INPUT, name_ + ": " + patience_.complaint() + ".");
    check(code, VS_INPUT, name_ + ": cannot be opened");
    return context;
}

AVFormatContext *Input::open_device() {
    Device device;
    is_device(url_, &device);
    auto *format = device_input(device);
    auto *context = avformat_alloc_context();
    if (!context) throw std::bad_alloc();
    context->io_open = refuse_to_open;
    context->interrupt_callback = patience_.callback();
    context->flags |= AVFMT_FLAG_NONBLOCK; // or a camera that gives nothing could not be left
    clear_log();
    check(avformat_open_input(&context, device.name.c_str(), format, nullptr), VS_INPUT, name_ + ": cannot be opened");
    return context;
}

int Input::Redirection::is_over() {
    // FFmpeg follows a redirection by taking its URL for the context's.
    leads_away = leads_away || (context->url && *context->url && url != context->url);
    return leads_away || patience->is_over();
}

} // namespace vs::media
