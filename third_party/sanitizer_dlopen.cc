// AddressSanitizer refuses dlopen with RTLD_DEEPBIND, and TBB (inside OpenVINO) asks for it.
// Sanitizer builds take the flag away.
#include <dlfcn.h>

extern "C" void* __interceptor_dlopen(const char* file, int flags);

extern "C" __attribute__((visibility("default"))) void* dlopen(const char* file,
                                                               int flags) noexcept {
  return __interceptor_dlopen(file, flags & ~RTLD_DEEPBIND);
}
