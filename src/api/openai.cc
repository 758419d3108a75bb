// /v1/embeddings and /v1/models: the local model for whoever speaks OpenAI's API (haiku.rag embeds
// its queries with it).
#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <span>
#include <variant>

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

// A member that is a string or not there.
Result<std::string> TextOr(const json::object& object, std::string_view key,
                           std::string_view otherwise) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::string(otherwise);
  if (!value->is_string())
    return Fail(Code::kInvalidArgument, fmt::format("'{}' must be a string", key));
  return std::string(value->get_string());
}

Result<Asked> ReadAsked(const std::string& body, const std::string& served_model) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object())
    return Fail(Code::kInvalidArgument, "the body must be a JSON object");
  const json::object& object = value.get_object();
  SI_ASSIGN(const std::string model, TextOr(object, "model", served_model));
  SI_ASSIGN(const std::string format, TextOr(object, "encoding_format", "float"));
  if (format != "float" && format != "base64")
    return Fail(Code::kInvalidArgument, "'encoding_format' must be float or base64");
  SI_ASSIGN(auto texts, TextsOf(object.if_contains("input")));
  if (model != served_model) {
    return Fail(Code::kNotFound,
                fmt::format("the model '{}' is not served here, only '{}'", model, served_model));
  }
  return Asked{std::move(texts), format == "base64"};
}

struct Usage {
  size_t prompt_tokens = 0;
  size_t total_tokens = 0;
};
BOOST_DESCRIBE_STRUCT(Usage, (), (prompt_tokens, total_tokens))

struct Embedding {
  std::string object = "embedding";
  size_t index = 0;
  std::variant<std::vector<float>, std::string> embedding;  // numbers, or base64 of float32
};
BOOST_DESCRIBE_STRUCT(Embedding, (), (object, index, embedding))

struct EmbeddingList {
  std::string object = "list";
  std::vector<Embedding> data;
  std::string model;
  Usage usage;
};
BOOST_DESCRIBE_STRUCT(EmbeddingList, (), (object, data, model, usage))

struct ServedModel {
  std::string id;
  std::string object = "model";
  int64_t created = 0;
  std::string owned_by = "soliplex-ingester";
};
BOOST_DESCRIBE_STRUCT(ServedModel, (), (id, object, created, owned_by))

struct ServedModels {
  std::string object = "list";
  std::vector<ServedModel> data;
};
BOOST_DESCRIBE_STRUCT(ServedModels, (), (object, data))

std::variant<std::vector<float>, std::string> VectorOf(std::span<const float> vector, bool base64) {
  if (!base64) return std::vector<float>(vector.begin(), vector.end());
  // Little-endian float32, as every machine we build for has it in memory.
  return base::Base64Encode({reinterpret_cast<const char*>(vector.data()), vector.size_bytes()});
}

Response Embeddings(const Services& s, Request& request) {
  const auto asked = ReadAsked(request.body, s.embedder.Model());
  if (!asked) return http::ErrorResponse(asked.error());
  const auto embedded = s.embedder.Embed(asked->texts);
  if (!embedded) return http::ErrorResponse(embedded.error());
  const size_t dimension = s.embedder.Dimension();
  EmbeddingList list{.model = s.embedder.Model()};
  size_t characters = 0;
  for (size_t i = 0; i < asked->texts.size(); ++i) {
    characters += asked->texts[i].size();
    list.data.push_back(
        {.index = i,
         .embedding =
             VectorOf(std::span(*embedded).subspan(i * dimension, dimension), asked->base64)});
  }
  // Tokens are not billed here; the shape asks for the numbers.
  list.usage = {characters / 4, characters / 4};
  return Json(reflect::ToJson(list));
}

Response Models(const Services& s, Request&) {
  return Json(reflect::ToJson(ServedModels{.data = {{.id = s.embedder.Model()}}}));
}

constexpr std::string_view kAskedSchema =
    R"({"type":"object","required":["input"],"properties":{)"
    R"("input":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"},)"
    R"("minItems":1,"maxItems":2048}]},)"
    R"("model":{"type":"string","description":"Only the served one; may be left out."},)"
    R"("encoding_format":{"type":"string","enum":["float","base64"],"default":"float"}}})";

}  // namespace

void AddOpenAiRoutes(Routes& routes, const Services& services) {
  const std::string model = services.embedder.Model();
  routes.push_back(
      {.method = http::Method::kPost,
       .path = "/v1/embeddings",
       .tag = "openai",
       .summary = "Embed texts with the local model",
       .description = "OpenAI's shape, so that its clients can be pointed here.",
       .operation_id = "create_embeddings",
       .responses = {Gives<EmbeddingList>(200, "A vector per text, in their order.",
                                          {.data = {{.embedding = std::vector{0.25F, -0.5F}}},
                                           .model = model,
                                           .usage = {4, 4}}),
                     {404, "another model than the served one is asked for"}},
       .handler = [&services](Request& request) { return Embeddings(services, request); },
       .body = http::Body::kWhole,
       .body_schema = [](http::Schemas&) { return std::string(kAskedSchema); },
       .body_example = R"({"input":["how much rain?"]})"});
  routes.push_back(
      {.method = http::Method::kGet,
       .path = "/v1/models",
       .tag = "openai",
       .summary = "The local model",
       .operation_id = "list_models",
       .responses = {Gives<ServedModels>(200, "One model.", {.data = {{.id = model}}})},
       .handler = [&services](Request& request) { return Models(services, request); }});
}

}  // namespace api
