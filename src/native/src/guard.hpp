// The only way out of the C++ world: no exception may cross the C boundary.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "videostyle.h"

namespace vs {

/// A failure that carries the status to return for it.
class failure : public std::runtime_error {
public:
    failure(vs_status status, const std::string &message) : std::runtime_error(message), status_(status) {}
    vs_status status() const noexcept { return status_; }

private:
    vs_status status_;
};

/// Keeps the sentence that vs_last_error() hands out on this thread.
void set_last_error(const char *message) noexcept;

inline void require(bool condition, const char *message) {
    if (!condition) throw failure(VS_BAD_ARGUMENT, message);
}

/// Runs `body`, which returns a vs_status, and turns whatever it throws into a status and a sentence.
template <typename Body>
vs_status guard(Body &&body) noexcept {
    try {
        return body();
    } catch (const failure &e) {
        set_last_error(e.what());
        return e.status();
    } catch (const std::bad_alloc &) {
        set_last_error("out of memory");
        return VS_NO_MEMORY;
    } catch (const std::exception &e) {
        set_last_error(e.what());
        return VS_INTERNAL;
    } catch (...) {
        set_last_error("unknown C++ exception");
        return VS_INTERNAL;
    }
}

} // namespace vs
