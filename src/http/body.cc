#include "http/body.h"

#include <fmt/format.h>

#include "http/forms.h"
#include "http/multipart.h"

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr uint64_t kIgnoredBody = 64 * 1024;

std::unexpected<base::Error> TooLarge(uint64_t limit) {
  return Fail(Code::kTooLarge, fmt::format("the request's body is larger than {} bytes", limit));
}

// Collects the body in memory: whole bodies and urlencoded forms.
class MemoryReader final : public BodyReader {
 public:
  enum class As { kBody, kForm };
  MemoryReader(As as, uint64_t limit, size_t max_fields)
      : as_(as), limit_(limit), max_fields_(max_fields) {}

  Result<> Feed(std::string_view bytes) override {
    if (bytes_.size() + bytes.size() > limit_) return TooLarge(limit_);
    bytes_ += bytes;
    return {};
  }
  Result<> Finish(Request& request) override {
    if (as_ == As::kBody) {
      request.body = std::move(bytes_);
      return {};
    }
    SI_ASSIGN(request.form, ParseForm(bytes_, max_fields_));
    return {};
  }
  uint64_t memory() const override { return bytes_.size(); }
  uint64_t limit() const override { return limit_; }

 private:
  const As as_;
  const uint64_t limit_;
  const size_t max_fields_;
  std::string bytes_;
};

// Text fields in memory, file parts into the route's sinks.
class MultipartReader final : public BodyReader, private MultipartListener {
 public:
  MultipartReader(const Route& route, std::string_view boundary, const Limits& limits)
      : route_(route), limits_(limits), parser_(boundary, *this) {}

  Result<> Feed(std::string_view bytes) override {
    total_ += bytes.size();
    if (total_ > limit()) return TooLarge(limit());
    return parser_.Feed(bytes);
  }
  Result<> Finish(Request& request) override {
    SI_TRY(parser_.Finish());
    request.form = std::move(fields_);
    request.files = std::move(files_);
    return {};
  }
  uint64_t memory() const override { return text_bytes_; }
  uint64_t limit() const override {
    return route_.file_sink ? limits_.max_upload_bytes : limits_.max_body_bytes;
  }

 private:
  Result<> OnPart(const Part& part) override {
    if (++parts_ > limits_.max_fields) {
      return Fail(Code::kInvalidArgument,
                  fmt::format("the form has more than {} fields", limits_.max_fields));
    }
    SI_TRY(KeepText(part.name.size() + part.filename.size() + part.content_type.size()));
    in_file_ = part.is_file && route_.file_sink;
    if (!in_file_) {
      fields_.emplace_back(part.name, "");
      return {};
    }
    UploadedFile file{part.name, part.filename, part.content_type, nullptr};
    SI_ASSIGN(file.sink, route_.file_sink(file));
    files_.push_back(std::move(file));
    return {};
  }
  Result<> OnData(std::string_view bytes) override {
    if (in_file_) return files_.back().sink->Write(bytes);
    SI_TRY(KeepText(bytes.size()));
    fields_.back().second += bytes;
    return {};
  }
  Result<> OnPartEnd() override { return {}; }

  Result<> KeepText(size_t bytes) {
    text_bytes_ += bytes;
    if (text_bytes_ > limits_.max_body_bytes) return TooLarge(limits_.max_body_bytes);
    return {};
  }

  const Route& route_;
  const Limits limits_;
  MultipartParser parser_;
  Pairs fields_;
  std::vector<UploadedFile> files_;
  bool in_file_ = false;
  size_t parts_ = 0;
  uint64_t total_ = 0;
  uint64_t text_bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<BodyReader>> NewBodyReader(const Route& route, std::string_view content_type,
                                                  const Limits& limits) {
  if (route.body == Body::kWhole)
    return std::make_unique<MemoryReader>(MemoryReader::As::kBody, limits.max_body_bytes,
                                          limits.max_fields);
  // A route without a body tolerates a small one (clients send "{}" with a POST) and ignores it.
  if (route.body == Body::kNone)
    return std::make_unique<MemoryReader>(MemoryReader::As::kBody, kIgnoredBody, limits.max_fields);
  if (content_type.starts_with("multipart/form-data")) {
    SI_ASSIGN(const std::string boundary, BoundaryOf(content_type));
    return std::make_unique<MultipartReader>(route, boundary, limits);
  }
  if (content_type.empty() || content_type.starts_with("application/x-www-form-urlencoded")) {
    return std::make_unique<MemoryReader>(MemoryReader::As::kForm, limits.max_body_bytes,
                                          limits.max_fields);
  }
  return Fail(
      Code::kUnsupported,
      fmt::format(
          "the body must be multipart/form-data or application/x-www-form-urlencoded, not '{}'",
          content_type.substr(0, 100)));
}

}  // namespace http
