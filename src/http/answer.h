// What every answer gets, whatever its handler: request id, CORS, ETag and 304, ranges, gzip, error
// ids; and its head as text. Pure functions. Private to the folder.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace http {

// Origins that may call from a browser; "*" for all, none: CORS is off.
using Origins = std::vector<std::string>;

// What of a Response goes out, once it is complete.
struct Outgoing {
  Response response;
  // Of `response.file`: the part that is sent.
  uint64_t offset = 0;
  uint64_t length = 0;
};

// Hashes and compresses: for a handler thread. A failure inside (Response::cause) becomes a message
// without internals that names the request's id.
Outgoing Complete(const Request& request, Response response, const Origins& cors);

// The answer to a browser that asks before it calls; nothing when the request is no such question.
std::optional<Response> Preflight(const Request& request, const std::vector<Method>& allowed,
                                  const Origins& cors);

enum class Framing { kLength, kChunked, kUntilClose, kNoBody };

// Status line and headers, with the empty line.
std::string HeadText(const Outgoing& answer, Framing framing, bool keep_alive);

// X-Request-ID when it is 1 to 128 letters, digits, '.', '_' or '-'; else "".
std::string_view GivenId(const Headers& headers);

}  // namespace http
