#include "embedding/openai.h"

#include <algorithm>

#include "embedding/openai_wire.h"

namespace embedding {
namespace {

using base::Code;
using base::Fail;
using base::Result;

Code CodeOf(int status) {
  if (status == 401 || status == 403) return Code::kPermissionDenied;
  if (status == 404) return Code::kNotFound;
  if (status == 408) return Code::kTimeout;
  if (status == 429) return Code::kExhausted;
  if (status >= 500) return Code::kUnavailable;
  return Code::kInvalidArgument;
}

base::Error ErrorOf(const http::ClientResponse& response, const std::string& url) {
  std::string message = url + " answers " + std::to_string(response.status);
  if (const auto after = response.headers.Get("Retry-After"); !after.empty()) {
    message += " (retry after " + ReadOpenAiError(after) + ")";
  }
  const std::string said = ReadOpenAiError(response.body);
  if (!said.empty()) message += ": " + said;
  return {CodeOf(response.status), std::move(message)};
}

}  // namespace

Result<std::unique_ptr<OpenAiEmbedder>> OpenAiEmbedder::Create(OpenAiOptions options,
                                                               http::Client& client) {
  while (options.base_url.ends_with('/')) options.base_url.pop_back();
  if (options.base_url.empty() || options.model.empty() || options.dimension == 0) {
    return Fail(Code::kInvalidArgument,
                "an embedding service needs its URL, a model and the dimension of its vectors");
  }
  options.batch_size = std::max<size_t>(options.batch_size, 1);
  return std::unique_ptr<OpenAiEmbedder>(new OpenAiEmbedder(std::move(options), client));
}

Result<std::vector<float>> OpenAiEmbedder::Embed(std::span<const std::string> texts) {
  std::vector<float> out(texts.size() * options_.dimension);
  for (size_t at = 0; at < texts.size(); at += options_.batch_size) {
    const auto batch = texts.subspan(at, std::min(options_.batch_size, texts.size() - at));
    SI_TRY(EmbedBatch(
        batch, std::span(out).subspan(at * options_.dimension, batch.size() * options_.dimension)));
  }
  return out;
}

Result<> OpenAiEmbedder::EmbedBatch(std::span<const std::string> texts, std::span<float> out) {
  http::ClientRequest request;
  request.method = http::Method::kPost;
  request.url = options_.base_url + "/embeddings";
  request.headers.Add("Content-Type", "application/json");
  request.headers.Add("Accept", "application/json");
  if (!options_.api_key.empty()) request.headers.Add("Authorization", "Bearer " + options_.api_key);
  request.body = WriteOpenAiRequest(options_, texts);
  request.timeout = options_.timeout;
  request.max_response = options_.max_response;
  SI_ASSIGN(const http::ClientResponse response, client_.Send(request));
  if (response.status != 200) return Fail(ErrorOf(response, request.url));
  return ReadOpenAiAnswer(response.body, texts.size(), options_.dimension, out);
}

}  // namespace embedding
