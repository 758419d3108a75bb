#include "http/message.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/files.h"
#include "base/json_quote.h"
#include "http/tokens.h"

namespace http {
namespace {

class File final : public ByteSource {
 public:
  File(base::Fd fd, uint64_t size) : fd_(std::move(fd)), size_(size) {}
  uint64_t size() const override { return size_; }
  base::Result<std::string> ReadAt(uint64_t offset, size_t n) override {
    std::string bytes(n, '\0');
    size_t got = 0;
    while (got < n) {
      const ssize_t more =
          ::pread(fd_.get(), bytes.data() + got, n - got, static_cast<off_t>(offset + got));
      if (more < 0 && errno == EINTR) continue;
      if (more < 0) return base::Fail(base::FromErrno("cannot read a file", errno));
      if (more == 0) break;
      got += static_cast<size_t>(more);
    }
    bytes.resize(got);
    return bytes;
  }

 private:
  const base::Fd fd_;
  const uint64_t size_;
};

}  // namespace

base::Result<std::shared_ptr<ByteSource>> OpenFile(const std::filesystem::path& path) {
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return base::Fail(base::FromErrno("cannot open " + path.string(), errno));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0)
    return base::Fail(base::FromErrno("cannot stat " + path.string(), errno));
  if (!S_ISREG(info.st_mode))
    return base::Fail(base::Code::kNotFound, path.string() + " is not a regular file");
  return std::make_shared<File>(std::move(fd), static_cast<uint64_t>(info.st_size));
}

std::string_view Name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      return "OTHER";
  }
  return "";
}

const std::string* Headers::Find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      all_, [&](const auto& pair) { return EqualsIgnoringCase(pair.first, name); });
  return found == all_.end() ? nullptr : &found->second;
}

std::string_view Headers::Get(std::string_view name) const {
  const std::string* found = Find(name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

std::string Headers::GetAll(std::string_view name) const {
  std::string joined;
  for (const auto& [key, value] : all_) {
    if (EqualsIgnoringCase(key, name)) joined += (joined.empty() ? "" : ", ") + value;
  }
  return joined;
}

std::optional<std::string> Request::Text(std::string_view name) const {
  const auto found = arguments.find(name);
  if (found == arguments.end()) return std::nullopt;
  return found->second;
}

std::optional<int64_t> Request::Integer(std::string_view name) const {
  const auto found = arguments.find(name);
  if (found == arguments.end()) return std::nullopt;
  int64_t value = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool Request::Flag(std::string_view name, bool otherwise) const {
  const auto found = arguments.find(name);
  return found == arguments.end() ? otherwise : found->second == "true";
}

Response ErrorResponse(int status, std::string_view message) {
  Response response;
  response.status = status;
  response.body = R"({"error":)";
  base::AppendJsonQuoted(message, response.body);
  response.body += fmt::format(R"(,"status_code":{}}})", status);
  return response;
}

Response ErrorResponse(const base::Error& error) {
  Response response = ErrorResponse(base::Info(error.code()).http_status, error.message());
  if (response.status == 500) response.cause = error;
  return response;
}

}  // namespace http
