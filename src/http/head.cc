#include "http/head.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/forms.h"

namespace http {
namespace {

namespace wire = boost::beast::http;
using base::Code;
using base::Fail;
using base::Result;

Method MethodOf(wire::verb verb) {
  switch (verb) {
    case wire::verb::get:
      return Method::kGet;
    case wire::verb::head:
      return Method::kHead;
    case wire::verb::post:
      return Method::kPost;
    case wire::verb::put:
      return Method::kPut;
    case wire::verb::delete_:
      return Method::kDelete;
    case wire::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

// "http://host/a?b" -> "/a?b", the form that clients use with proxies.
std::string_view WithoutOrigin(std::string_view target) {
  if (target.starts_with('/')) return target;
  const size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || scheme > 5) return target;
  const size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

std::string_view WithoutRoot(std::string_view path, std::string_view root) {
  if (root.empty() || !path.starts_with(root)) return path;
  const std::string_view rest = path.substr(root.size());
  return rest.empty() ? "/" : rest.starts_with('/') ? rest : path;
}

}  // namespace

HeadParser::HeadParser(const Limits& limits) : limits_(limits) {
  beast_.header_limit(limits.max_header_bytes);
  beast_.body_limit(boost::none);  // the body readers have their own limits
}

std::unexpected<base::Error> HeadParser::Fault(int status, std::string message) {
  fault_status_ = status;
  return Fail(status == 431 ? Code::kTooLarge : Code::kInvalidArgument, std::move(message));
}

Result<size_t> HeadParser::Feed(std::string_view bytes) {
  boost::system::error_code error;
  const size_t used = beast_.put(boost::asio::buffer(bytes), error);
  if (error == wire::error::header_limit) {
    return Fault(431, fmt::format("the request's line and headers are larger than {} bytes",
                                  limits_.max_header_bytes));
  }
  if (error == wire::error::bad_version) return Fault(505, "only HTTP/1.0 and HTTP/1.1 are served");
  if (error && error != wire::error::need_more && error != wire::error::need_buffer)
    return Fault(400, "this is not a valid HTTP/1.1 request: " + error.message());
  return used;
}

Result<> HeadParser::CheckHeaders() {
  const auto& head = beast_.get();
  const auto count = static_cast<size_t>(std::distance(head.begin(), head.end()));
  if (count > limits_.max_headers)
    return Fault(431, fmt::format("more than {} headers", limits_.max_headers));
  // Two of them would let a proxy and us see different requests.
  const size_t hosts = head.count(wire::field::host);
  if (hosts > 1 || (hosts == 0 && head.version() >= 11))
    return Fault(400, "an HTTP/1.1 request needs exactly one Host header");
  const auto encoding = head[wire::field::transfer_encoding];
  if (!encoding.empty() && (head.version() < 11 || head.count(wire::field::content_length) > 0))
    return Fault(400, "Transfer-Encoding with Content-Length or HTTP/1.0");
  if (!encoding.empty() && !head.chunked())
    return Fault(400, "the only Transfer-Encoding served is chunked");
  return {};
}

Result<> HeadParser::Describe(Request& request, std::string_view root_path) {
  const auto& head = beast_.get();
  request.method = MethodOf(head.method());
  const std::string_view target =
      WithoutOrigin(std::string_view(head.target().data(), head.target().size()));
  const size_t mark = std::min(target.find('?'), target.size());
  request.path = WithoutRoot(target.substr(0, mark), root_path);
  for (const auto& field : head)
    request.headers.Add(std::string(field.name_string()), std::string(field.value()));
  SI_TRY(CheckHeaders());
  SI_ASSIGN(request.query,
            ParseForm(target.substr(std::min(mark + 1, target.size())), limits_.max_fields));
  return {};
}

}  // namespace http
