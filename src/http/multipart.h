// multipart/form-data (RFC 7578), read as it arrives: memory is bounded by the boundary and a
// part's header. How many parts there may be is up to the listener.
//
//   body      = *( "--" boundary CRLF headers CRLF data CRLF ) "--" boundary "--"
//   headers   = *( name ":" value CRLF )
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace http {

// What the parser tells while it reads. Call order: ( OnPart OnData* OnPartEnd )*. An error stops
// the parser and is returned by Feed.
class MultipartListener {
 public:
  struct Part {
    std::string name;
    std::string filename;  // "" for a plain field
    bool is_file = false;  // a filename was given, even an empty one
    std::string content_type;
  };
  virtual ~MultipartListener() = default;
  virtual base::Result<> OnPart(const Part& part) = 0;
  virtual base::Result<> OnData(std::string_view bytes) = 0;
  virtual base::Result<> OnPartEnd() = 0;
};

// The boundary parameter of a Content-Type; kInvalidArgument when it is missing or malformed.
base::Result<std::string> BoundaryOf(std::string_view content_type);

// Not thread-safe. ( Feed )* Finish.
class MultipartParser {
 public:
  static constexpr size_t kMaxHeaderBytes = 16 * 1024;

  MultipartParser(std::string_view boundary, MultipartListener& listener);
  base::Result<> Feed(std::string_view bytes);
  // kInvalidArgument when the closing boundary has not been seen.
  base::Result<> Finish() const;

 private:
  enum class State { kPreamble, kAfterBoundary, kHeaders, kData, kDone };

  // Each consumes from buffer_ and says whether it got further.
  base::Result<bool> Step();
  base::Result<bool> ReadPreamble();
  base::Result<bool> ReadAfterBoundary();
  base::Result<bool> ReadHeaders();
  base::Result<bool> ReadData();

  const std::string delimiter_;  // CRLF "--" boundary
  MultipartListener& listener_;
  State state_ = State::kPreamble;
  std::string buffer_;
};

}  // namespace http
