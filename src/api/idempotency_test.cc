#include "api/idempotency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "records/schema.h"
#include "sql/sqlite.h"

namespace api {
namespace {

using http::Request;
using http::Response;
using std::chrono::hours;
using std::chrono::seconds;
using ::testing::HasSubstr;

// A file whose bytes are its digest.
struct Bytes final : http::FileSink {
  explicit Bytes(std::string b) : bytes(std::move(b)) {}
  base::Result<> Write(std::string_view) override { return {}; }
  std::string Digest() override { return bytes; }
  std::string bytes;
};

class IdempotencyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    db_ = sql::OpenSqlite(dir_.path() / "documents.db").value();
    ASSERT_TRUE(records::Prepare(*db_, clock_.Now()));
    route_.method = http::Method::kPost;
    route_.responses = {{201, "made"}, {409, "exists"}};
    route_.handler = [this](Request& request) {
      ++calls_;
      if (during_) during_(request);
      Response response = http::ErrorResponse(status_, "no");
      if (status_ < 300) response.body = "{\"call\":" + std::to_string(calls_) + "}";
      return response;
    };
    MakeIdempotent(route_, *db_, clock_);
  }

  static Request Ask(std::string key, http::Pairs form = {{"a", "1"}}) {
    Request request;
    request.method = http::Method::kPost;
    request.path = "/api/v1/things/";
    request.form = std::move(form);
    request.headers.Add("idempotency-key", std::move(key));
    return request;
  }
  Response Send(Request request) { return route_.handler(request); }

  base::TempDir dir_;
  base::ManualClock clock_{base::ParseTime("2025-01-15T10:00:00").value()};
  std::unique_ptr<sql::Database> db_;
  http::Route route_;
  int calls_ = 0;
  int status_ = 201;
  std::function<void(Request&)> during_;
};

TEST_F(IdempotencyTest, TheSameRequestIsCarriedOutOnce) {
  const Response first = Send(Ask("k"));
  EXPECT_EQ(first.body, "{\"call\":1}");
  EXPECT_EQ(first.headers.Get("Idempotent-Replayed"), "");
  const Response again = Send(Ask("k"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.content_type, first.content_type);
  EXPECT_EQ(again.headers.Get("Idempotent-Replayed"), "true");
  EXPECT_EQ(Send(Ask("another")).body, "{\"call\":2}");
  Request without;
  EXPECT_EQ(route_.handler(without).body, "{\"call\":3}");
  EXPECT_EQ(route_.handler(without).body, "{\"call\":4}") << "no key, no memory";
}

TEST_F(IdempotencyTest, AnotherRequestWithTheKeyIsRefused) {
  const auto with_file = [](std::string bytes, std::string name = "f.txt") {
    Request request = Ask("k");
    request.files.push_back({.field = "file",
                             .filename = std::move(name),
                             .content_type = "",
                             .sink = std::make_unique<Bytes>(std::move(bytes))});
    return request;
  };
  EXPECT_EQ(Send(with_file("x")).status, 201);
  EXPECT_EQ(Send(with_file("x")).headers.Get("Idempotent-Replayed"), "true");
  const auto edited = [&](auto edit) {
    Request request = with_file("x");
    edit(request);
    return request;
  };
  EXPECT_EQ(Send(with_file("y")).status, 422);
  EXPECT_EQ(Send(with_file("x", "g.txt")).status, 422);
  EXPECT_EQ(Send(Ask("k")).status, 422) << "without the file";
  EXPECT_EQ(Send(edited([](Request& r) { r.path = "/api/v1/others/"; })).status, 422);
  EXPECT_EQ(Send(edited([](Request& r) { r.form = {{"a", "2"}}; })).status, 422);
  EXPECT_EQ(Send(edited([](Request& r) { r.form = {{"a1", ""}}; })).status, 422);
  EXPECT_EQ(Send(edited([](Request& r) { r.query = {{"a", "1"}}; })).status, 422);
  EXPECT_EQ(Send(edited([](Request& r) { r.body = "{}"; })).status, 422);
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(Send(edited([](Request& r) { r.user = "bob"; })).status, 201) << "his own key";
  EXPECT_EQ(Send(edited([](Request& r) { r.path = "/api/v1/things"; })).status, 201);
  EXPECT_EQ(calls_, 2);
}

TEST_F(IdempotencyTest, TheOrderOfFieldsDoesNotMatter) {
  Send(Ask("k", {{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(Send(Ask("k", {{"b", "2"}, {"a", "1"}})).headers.Get("Idempotent-Replayed"), "true");
  EXPECT_EQ(Send(Ask("k", {{"a", "2"}, {"b", "1"}})).status, 422);
}

TEST_F(IdempotencyTest, WhileItRunsTheSecondIsAskedToWait) {
  Response meanwhile;
  during_ = [&](Request&) {
    during_ = nullptr;
    meanwhile = Send(Ask("k"));
  };
  EXPECT_EQ(Send(Ask("k")).status, 201);
  EXPECT_EQ(meanwhile.status, 409);
  EXPECT_EQ(meanwhile.headers.Get("Retry-After"), "1");
  EXPECT_EQ(calls_, 1);
}

TEST_F(IdempotencyTest, WhatChangedNothingCanBeTriedAgain) {
  for (const int status : {400, 404, 409, 500, 503}) {
    status_ = status;
    EXPECT_EQ(Send(Ask("k")).status, status);
  }
  status_ = 201;
  EXPECT_EQ(Send(Ask("k")).body, "{\"call\":6}");
  EXPECT_EQ(Send(Ask("k")).body, "{\"call\":6}");
}

TEST_F(IdempotencyTest, KeysExpireAfterADay) {
  Send(Ask("k"));
  clock_.Advance(hours(24) - seconds(1));
  EXPECT_EQ(Send(Ask("k")).body, "{\"call\":1}");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Send(Ask("k")).body, "{\"call\":2}");
}

TEST_F(IdempotencyTest, KeysAreChecked) {
  for (const std::string& key : {std::string(), std::string("a b"), std::string("ä"),
                                 std::string(256, 'k'), std::string("a\tb")}) {
    const Response response = Send(Ask(key));
    EXPECT_EQ(response.status, 400) << key;
    EXPECT_THAT(response.body, HasSubstr("1 to 255 visible ASCII characters"));
  }
  EXPECT_EQ(Send(Ask(std::string(255, 'k'))).status, 201);
}

TEST_F(IdempotencyTest, ItIsDocumented) {
  EXPECT_EQ(route_.parameters.back().name, "Idempotency-Key");
  ASSERT_EQ(route_.responses.size(), 3u);
  EXPECT_THAT(route_.responses[1].description, HasSubstr("exists; or a request with the same"));
  EXPECT_EQ(route_.responses[2].status, 422);
}

}  // namespace
}  // namespace api
