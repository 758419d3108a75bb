#include "api/input_uri.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/files.h"
#include "http/download.h"
#include "http/forms.h"

namespace api {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::Fail;
using base::Fd;
using base::Result;

constexpr size_t kPiece = 1 << 20;

std::unexpected<base::Error> Wrong(std::string message) {
  return Fail(Code::kInvalidArgument, "input_uri " + message);
}

// Scheme names know no case.
bool HasScheme(std::string_view uri, std::string_view scheme) {
  return uri.size() > scheme.size() && uri.substr(scheme.size()).starts_with("://") &&
         std::ranges::equal(uri.substr(0, scheme.size()), scheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         });
}

// "file:///a/b" and "file://localhost/a/b" -> "/a/b"
Result<std::string> PathOf(std::string_view uri) {
  uri.remove_prefix(std::string_view("file://").size());
  const size_t slash = std::min(uri.find('/'), uri.size());
  const std::string_view host = uri.substr(0, slash);
  if (!host.empty() && host != "localhost")
    return Wrong("must name a file of this host: file:///…");
  SI_ASSIGN(std::string path, http::PercentDecode(uri.substr(slash), http::Plus::kLiteral));
  if (path.find('\0') != std::string::npos) return Wrong("must not hold a NUL character");
  for (const fs::path& part : fs::path(path)) {
    if (part == "." || part == "..") return Wrong("must not contain '.' or '..'");
  }
  return path;
}

// The parts of `path` below `folder`; empty when it is not below it.
std::vector<std::string> Below(const fs::path& folder, const fs::path& path) {
  const auto [in_folder, in_path] = std::ranges::mismatch(folder, path);
  std::vector<std::string> parts;
  if (in_folder != folder.end()) return parts;
  for (auto part = in_path; part != path.end(); ++part) {
    if (!part->empty()) parts.push_back(part->string());
  }
  return parts;
}

std::unexpected<base::Error> CannotOpen(const std::string& part, int error) {
  if (error == ELOOP || error == ENOTDIR) {
    return Wrong("leads over '" + part + "', which is a symbolic link or no folder");
  }
  return Fail(base::FromErrno("input_uri: cannot open '" + part + "'", error));
}

// Part by part from the folder on, so that no link, also one that is put there meanwhile, leads
// out.
Result<Fd> OpenBelow(const fs::path& folder, const std::vector<std::string>& parts) {
  Fd at(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!at.valid()) return CannotOpen(folder.string(), errno);
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    Fd next(::openat(at.get(), parts[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next.valid()) return CannotOpen(parts[i], errno);
    at = std::move(next);
  }
  Fd file(::openat(at.get(), parts.back().c_str(),
                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.valid()) return CannotOpen(parts.back(), errno);
  struct stat info{};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Wrong("does not name a regular file");
  }
  return file;
}

Result<> Copy(const Fd& file, http::FileSink& sink, uint64_t max_bytes,
              const std::stop_token& stop) {
  std::string buffer(kPiece, '\0');
  for (uint64_t total = 0;;) {
    const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Fail(base::FromErrno("input_uri: cannot read", errno));
    if (n == 0) return {};
    total += static_cast<uint64_t>(n);
    if (total > max_bytes) {
      return Fail(Code::kTooLarge, fmt::format("the file is larger than {} bytes", max_bytes));
    }
    if (stop.stop_requested()) return Fail(Code::kUnavailable, "the server is being stopped");
    SI_TRY(sink.Write(std::string_view(buffer).substr(0, static_cast<size_t>(n))));
  }
}

// "https://host/a/b.pdf?x=1" -> "b.pdf"
std::string LastPart(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto name = http::PercentDecode(url.substr(url.rfind('/') + 1), http::Plus::kLiteral);
  return name.value_or("");
}

}  // namespace

Result<std::string> InputFetcher::Fetch(const std::string& uri, http::FileSink& sink) {
  if (uri.find('\0') != std::string::npos) return Wrong("must not hold a NUL character");
  if (HasScheme(uri, "file")) return FetchFile(uri, sink);
  if (HasScheme(uri, "http") || HasScheme(uri, "https")) return FetchHttp(uri, sink);
  if (HasScheme(uri, "s3"))
    return Wrong("s3:// is not served by this version: use file or http(s)");
  return Wrong("must begin with file://, http:// or https://");
}

Result<std::string> InputFetcher::FetchFile(const std::string& uri, http::FileSink& sink) const {
  if (options_.folders.empty()) return Wrong("file:// is off: INPUT_DIRS names no folder");
  SI_ASSIGN(const std::string path, PathOf(uri));
  for (const fs::path& folder : options_.folders) {
    const std::vector<std::string> parts = Below(folder, path);
    if (parts.empty()) continue;
    SI_ASSIGN(const Fd file, OpenBelow(folder, parts));
    SI_TRY(Copy(file, sink, options_.max_bytes, stop_.get_token()));
    return parts.back();
  }
  return Wrong("is not below one of the folders of INPUT_DIRS");
}

Result<std::string> InputFetcher::FetchHttp(const std::string& uri, http::FileSink& sink) {
  if (!options_.http_allowed) return Wrong("http(s):// is off: INPUT_HTTP_ALLOWED is false");
  struct Place {
    std::atomic<int>& running;
    const int before = running.fetch_add(1);
    ~Place() { running.fetch_sub(1); }
  } place{running_};
  if (place.before >= options_.at_once) {
    return Fail(Code::kExhausted, "enough documents are being fetched: try again later");
  }
  http::DownloadRequest request;
  request.url = uri;
  request.allowed = options_.networks;
  request.max_bytes = options_.max_bytes;
  request.timeout = options_.timeout;
  auto url = http::Download(request, sink, stop_.get_token());
  if (!url) return Fail(url.error().Within("input_uri"));
  return LastPart(*url);
}

}  // namespace api
