// Reads a request's body as it arrives, in the form its route and Content-Type ask for.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "http/limits.h"
#include "http/router.h"

namespace http {

// ( Feed )* Finish; both may block on a FileSink, so they run on a pool thread.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  virtual base::Result<> Feed(std::string_view bytes) = 0;
  // Moves what was read into the request.
  virtual base::Result<> Finish(Request& request) = 0;
  // Bytes it keeps in memory.
  virtual uint64_t memory() const = 0;
  // Bytes after which Feed fails; a Content-Length above it is refused before anything is read.
  virtual uint64_t limit() const = 0;
};

// kUnsupported when the route cannot take that Content-Type.
base::Result<std::unique_ptr<BodyReader>> NewBodyReader(const Route& route,
                                                        std::string_view content_type,
                                                        const Limits& limits);

}  // namespace http
