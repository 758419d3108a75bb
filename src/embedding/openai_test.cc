#include "embedding/openai.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstring>

#include "base/hash.h"
#include "embedding/ollama.h"
#include "embedding/openai_wire.h"
#include "http/server.h"

namespace embedding {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pointwise;

// Answers from a script and remembers what was sent.
class ScriptedClient final : public http::Client {
 public:
  base::Result<http::ClientResponse> Send(const http::ClientRequest& request,
                                          std::stop_token) override {
    requests.push_back(request);
    if (answers.empty()) return base::Fail(Code::kUnavailable, "no route to host");
    http::ClientResponse answer = std::move(answers.front());
    answers.erase(answers.begin());
    return answer;
  }
  std::vector<http::ClientRequest> requests;
  std::vector<http::ClientResponse> answers;
};

std::string Base64Of(const std::vector<float>& vector) {
  return base::Base64Encode(
      {reinterpret_cast<const char*>(vector.data()), vector.size() * sizeof(float)});
}

OpenAiOptions Options(size_t batch_size = 512) {
  return {.base_url = "http://host/v1/",
          .model = "m",
          .dimension = 2,
          .api_key = "secret",
          .batch_size = batch_size};
}

TEST(OpenAiEmbedder, SendsBatchesAndPutsRowsInOrder) {
  ScriptedClient client;
  client.answers.push_back({200, {}, R"({"data":[{"index":1,"embedding":[0,2]},
                                                 {"index":0,"embedding":[3,4]}]})"});
  client.answers.push_back({200, {}, R"({"data":[{"embedding":")" + Base64Of({-1, 0}) + R"("}]})"});
  const auto embedder = OpenAiEmbedder::Create(Options(2), client).value();
  const std::vector<std::string> texts = {"a\xFF", "b", "c"};
  const auto vectors = embedder->Embed(texts);
  ASSERT_TRUE(vectors) << vectors.error().ToString();
  EXPECT_THAT(*vectors, Pointwise(FloatNear(1e-6F), {0.6F, 0.8F, 0.0F, 1.0F, -1.0F, 0.0F}));
  ASSERT_EQ(client.requests.size(), 2U);
  EXPECT_EQ(client.requests[0].url, "http://host/v1/embeddings");
  EXPECT_EQ(client.requests[0].headers.Get("authorization"), "Bearer secret");
  EXPECT_EQ(boost::json::parse(client.requests[0].body),
            boost::json::parse(R"({"input":["a�","b"],"model":"m","encoding_format":"base64"})"));
  EXPECT_TRUE(embedder->Embed({}).value().empty());
}

TEST(OpenAiEmbedder, StatusDecidesWhetherToTryAgain) {
  const struct {
    int status;
    Code code;
    bool retryable;
  } rows[] = {
      {429, Code::kExhausted, true},        {503, Code::kUnavailable, true},
      {500, Code::kUnavailable, true},      {401, Code::kPermissionDenied, false},
      {404, Code::kNotFound, false},        {400, Code::kInvalidArgument, false},
      {302, Code::kInvalidArgument, false},
  };
  const std::vector<std::string> texts = {"a"};
  for (const auto& row : rows) {
    ScriptedClient client;
    http::Headers headers;
    headers.Add("Retry-After", "7");
    client.answers.push_back({row.status, headers, R"({"error":{"message":"why"}})"});
    const auto result = OpenAiEmbedder::Create(Options(), client).value()->Embed(texts);
    ASSERT_FALSE(result) << row.status;
    EXPECT_EQ(result.error().code(), row.code) << row.status;
    EXPECT_EQ(result.error().retryable(), row.retryable) << row.status;
    EXPECT_THAT(result.error().message(), HasSubstr("(retry after 7): why"));
    EXPECT_THAT(result.error().message(), Not(HasSubstr("secret")));
  }
  ScriptedClient silent;
  EXPECT_EQ(OpenAiEmbedder::Create(Options(), silent).value()->Embed(texts).error().code(),
            Code::kUnavailable);
  EXPECT_EQ(OpenAiEmbedder::Create({.model = "m"}, silent).error().code(), Code::kInvalidArgument);
}

TEST(OpenAiWire, RefusesAnswersThatAreNotWhatWasAsked) {
  const struct {
    std::string body;
    std::string message;
  } rows[] = {
      {"<html>", "not a JSON object"},
      {"{}", "no data"},
      {R"({"data":[]})", "0 vectors for 1 texts"},
      {R"({"data":[1]})", "no object"},
      {R"({"data":[{"index":1,"embedding":[1,2]}]})", "not asked for"},
      {R"({"data":[{"index":0}]})", "no embedding"},
      {R"({"data":[{"embedding":[1]}]})", "vectors of 1 numbers, configured are 2"},
      {R"({"data":[{"embedding":[1,"x"]}]})", "other things than numbers"},
      {R"({"data":[{"embedding":[0,0]}]})", "without length"},
      {R"({"data":[{"embedding":[1e300,1e300]}]})", "without length"},
      {R"({"data":[{"embedding":"AAAA"}]})", "not base64 of 2 numbers"},
      {R"({"data":[{"embedding":"AA*AAAAAAAA="}]})", "not base64 of 2 numbers"},
  };
  std::vector<float> out(2);
  for (const auto& row : rows) {
    const auto result = ReadOpenAiAnswer(row.body, 1, 2, out);
    ASSERT_FALSE(result) << row.body;
    EXPECT_EQ(result.error().code(), Code::kDamaged);
    EXPECT_THAT(result.error().message(), HasSubstr(row.message));
  }
  std::vector<float> two(4);
  const auto twice = ReadOpenAiAnswer(
      R"({"data":[{"index":0,"embedding":[1,2]},{"index":0,"embedding":[1,2]}]})", 2, 2, two);
  EXPECT_THAT(twice.error().message(), HasSubstr("twice"));
}

TEST(Ollama, WritesItsAddressAndKey) {
  EXPECT_EQ(ToOpenAi({.base_url = "http://o:11434"}).base_url, "http://o:11434/v1");
  EXPECT_EQ(ToOpenAi({.base_url = "http://o:11434/v1/"}).base_url, "http://o:11434/v1");
  EXPECT_EQ(ToOpenAi({}).api_key, "api-key-not-set");
  EXPECT_EQ(ToOpenAi({.api_key = "k"}).api_key, "k");
}

TEST(Ollama, OverARealConnection) {
  std::vector<http::Route> routes;
  routes.push_back({.method = http::Method::kPost,
                    .path = "/v1/embeddings",
                    .handler =
                        [](http::Request& request) {
                          const auto input = boost::json::parse(request.body).at("input");
                          boost::json::array data;
                          for (size_t i = 0; i < input.as_array().size(); ++i) {
                            data.push_back({{"index", i}, {"embedding", Base64Of({0, 5})}});
                          }
                          return http::Response{
                              .body = boost::json::serialize(boost::json::object{{"data", data}})};
                        },
                    .body = http::Body::kWhole});
  const auto server = http::Server::Start(
                          {.port = 0}, std::move(routes),
                          [](http::Request&) { return base::Result<>(); }, base::Log())
                          .value();
  const auto client = http::NewClient();
  const auto options = ToOpenAi({.base_url = "http://127.0.0.1:" + std::to_string(server->port()),
                                 .model = "m",
                                 .dimension = 2});
  const auto embedder = OpenAiEmbedder::Create(options, *client).value();
  const std::vector<std::string> texts = {"a", "b"};
  const auto vectors = embedder->Embed(texts);
  ASSERT_TRUE(vectors) << vectors.error().ToString();
  EXPECT_THAT(*vectors, ElementsAre(0, 1, 0, 1));
}

}  // namespace
}  // namespace embedding
