#include "app/api_client.h"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

#include "http/forms.h"

namespace app {
namespace {

using base::Code;
using base::Fail;
using base::Result;

Code CodeOf(int status) {
  switch (status) {
    case 400:
      return Code::kInvalidArgument;
    case 401:
      return Code::kUnauthenticated;
    case 403:
      return Code::kPermissionDenied;
    case 404:
      return Code::kNotFound;
    case 409:
      return Code::kConflict;
    case 413:
      return Code::kTooLarge;
    case 503:
      return Code::kUnavailable;
    default:
      return Code::kInternal;
  }
}

}  // namespace

ApiClient::ApiClient(std::string server, std::string api_key)
    : server_(std::move(server)), api_key_(std::move(api_key)), client_(http::NewClient()) {
  while (server_.ends_with('/')) server_.pop_back();
  if (server_.ends_with("/api/v1")) server_.resize(server_.size() - 7);
}

Result<boost::json::value> ApiClient::Get(const std::string& path, std::stop_token stop) const {
  SI_ASSIGN(auto answer, Send({.method = http::Method::kGet}, path, std::move(stop)));
  return std::move(answer.body);
}

Result<boost::json::value> ApiClient::Post(const std::string& path, const http::Pairs& form) const {
  http::ClientRequest request{.method = http::Method::kPost, .timeout = std::chrono::minutes(10)};
  for (const auto& [name, value] : form) {
    request.body += (request.body.empty() ? "" : "&") + http::PercentEncode(name) + "=" +
                    http::PercentEncode(value);
  }
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  SI_ASSIGN(auto answer, Send(std::move(request), path, {}));
  return std::move(answer.body);
}

Result<ApiClient::Uploaded> ApiClient::Upload(const std::string& path,
                                              std::vector<http::FormPart> parts,
                                              std::stop_token stop) const {
  http::ClientRequest request{
      .method = http::Method::kPost, .parts = std::move(parts), .timeout = std::chrono::hours(4)};
  return Send(std::move(request), path, std::move(stop));
}

Result<boost::json::value> ApiClient::Delete(const std::string& path) const {
  SI_ASSIGN(auto answer, Send({.method = http::Method::kDelete}, path, {}));
  return std::move(answer.body);
}

Result<> ApiClient::Stream(const std::string& path, std::function<bool(std::string_view)> on_body,
                           std::stop_token stop) const {
  http::ClientRequest request{.method = http::Method::kGet,
                              .url = server_ + "/api/v1" + path,
                              .timeout = std::chrono::milliseconds(0),
                              .on_body = std::move(on_body),
                              .idle_timeout = std::chrono::seconds(45)};
  if (!api_key_.empty()) request.headers.Add("Authorization", "Bearer " + api_key_);
  request.headers.Add("User-Agent", "si-cli");
  SI_ASSIGN(const auto response, client_->Send(request, std::move(stop)));
  if (response.status < 300) return {};
  return Fail(CodeOf(response.status), fmt::format("{} answers {}", request.url, response.status));
}

Result<ApiClient::Uploaded> ApiClient::Send(http::ClientRequest request, const std::string& path,
                                            std::stop_token stop) const {
  request.url = server_ + "/api/v1" + path;
  if (!api_key_.empty()) request.headers.Add("Authorization", "Bearer " + api_key_);
  request.headers.Add("User-Agent", "si-cli");
  SI_ASSIGN(auto response, client_->Send(request, std::move(stop)));
  boost::system::error_code error;
  Uploaded answer{response.status, boost::json::parse(response.body, error)};
  if (error) {
    return Fail(Code::kInternal,
                fmt::format("{} answers {} with something that is not JSON: is it an ingester?",
                            request.url, response.status));
  }
  if (response.status < 400) return answer;
  const auto* object = answer.body.if_object();
  const auto* message = object != nullptr ? object->if_contains("error") : nullptr;
  return Fail(CodeOf(response.status),
              message != nullptr && message->is_string()
                  ? std::string(message->get_string())
                  : fmt::format("{} answers {}", request.url, response.status));
}

}  // namespace app
