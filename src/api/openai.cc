// /v1/embeddings and /v1/models: the local model for whoever speaks OpenAI's API (haiku.rag embeds
// its queries with it).
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "api/answers.h"
#include "api/groups.h"
#include "base/hash.h"

namespace api {
namespace {

namespace json = boost::json;
using base::Code;
using base::Fail;
using base::Result;
using http::Request;
using http::Response;

constexpr size_t kMaxTexts = 2048;

struct Asked {
  std::vector<std::string> texts;
  bool base64 = false;
};

Result<std::vector<std::string>> TextsOf(const json::value* input) {
  std::vector<std::string> texts;
  if (input != nullptr && input->is_string()) texts.emplace_back(input->get_string());
  if (input != nullptr && input->is_array()) {
    for (const json::value& item : input->get_array()) {
      if (!item.is_string())
        return Fail(Code::kInvalidArgument, "'input' must be a string or an array of strings");
      texts.emplace_back(item.get_string());
    }
  }
  if (texts.empty())
    return Fail(Code::kInvalidArgument, "'input' must be a string or a non-empty array of strings");
  if (texts.size() > kMaxTexts)
    return Fail(Code::kInvalidArgument, fmt::format("'input' holds more than {} texts", kMaxTexts));
  return texts;
}

Result<Asked> ReadAsked(const std::string& body, const std::string& served_model) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object())
    return Fail(Code::kInvalidArgument, "the body must be a JSON object");
  const json::object& object = value.get_object();
  const json::value* model = object.if_contains("model");
  if (model != nullptr && model->is_string() && model->get_string() != served_model) {
    return Fail(Code::kNotFound, fmt::format("the model '{}' is not served here, only '{}'",
                                             std::string_view(model->get_string()), served_model));
  }
  const json::value* format = object.if_contains("encoding_format");
  const std::string_view wanted =
      format != nullptr && format->is_string() ? std::string_view(format->get_string()) : "float";
  if (wanted != "float" && wanted != "base64")
    return Fail(Code::kInvalidArgument, "'encoding_format' must be float or base64");
  SI_ASSIGN(auto texts, TextsOf(object.if_contains("input")));
  return Asked{std::move(texts), wanted == "base64"};
}

void WriteVector(reflect::JsonWriter& w, std::span<const float> vector, bool base64) {
  if (base64) {
    // Little-endian float32, as every machine we build for has it in memory.
    w.String(
        base::Base64Encode({reinterpret_cast<const char*>(vector.data()), vector.size_bytes()}));
    return;
  }
  w.BeginArray();
  for (const float number : vector) w.Raw(fmt::format("{}", number));
  w.EndArray();
}

Response Embeddings(const Services& s, Request& request) {
  const auto asked = ReadAsked(request.body, s.embedder.Model());
  if (!asked) return http::ErrorResponse(asked.error());
  const auto embedded = s.embedder.Embed(asked->texts);
  return AnswerWith(embedded, [&](const std::vector<float>& vectors) {
    const size_t dimension = s.embedder.Dimension();
    reflect::JsonWriter w;
    w.BeginObject();
    w.Key("object");
    w.String("list");
    w.Key("data");
    w.BeginArray();
    for (size_t i = 0; i < asked->texts.size(); ++i) {
      w.BeginObject();
      w.Key("object");
      w.String("embedding");
      w.Key("index");
      w.Unsigned(i);
      w.Key("embedding");
      WriteVector(w, std::span(vectors).subspan(i * dimension, dimension), asked->base64);
      w.EndObject();
    }
    w.EndArray();
    w.Key("model");
    w.String(s.embedder.Model());
    // Tokens are not billed here; the shape asks for the numbers.
    size_t characters = 0;
    for (const std::string& text : asked->texts) characters += text.size();
    w.Key("usage");
    w.BeginObject();
    w.Key("prompt_tokens");
    w.Unsigned(characters / 4);
    w.Key("total_tokens");
    w.Unsigned(characters / 4);
    w.EndObject();
    w.EndObject();
    return w.Take();
  });
}

Response Models(const Services& s, Request&) {
  return Json(fmt::format(
      R"({{"object":"list","data":[{{"id":{},"object":"model","created":0,"owned_by":"soliplex-ingester"}}]}})",
      http::QuoteJson(s.embedder.Model())));
}

}  // namespace

void AddOpenAiRoutes(Routes& routes, const Services& services) {
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/v1/embeddings",
       .tag = "openai",
       .summary = "Embeddings of texts by the local model (OpenAI's shape)",
       .responses = {{200, "vectors"}, {400, "wrong body"}, {404, "no such model"}},
       .handler = [&services](Request& request) { return Embeddings(services, request); },
       .body = http::Body::kWhole});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/v1/models",
       .tag = "openai",
       .summary = "The local model (OpenAI's shape)",
       .responses = {{200, "one model"}},
       .handler = [&services](Request& request) { return Models(services, request); }});
}

}  // namespace api
