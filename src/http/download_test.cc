#include "http/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "http/server.h"

namespace http {
namespace {

using base::Code;
using ::testing::HasSubstr;

struct Collector final : FileSink {
  base::Result<> Write(std::string_view bytes) override {
    text += bytes;
    return fails ? base::Result<>(base::Fail(Code::kIo, "disk full")) : base::Result<>();
  }
  std::string text;
  bool fails = false;
};

// A server on all of loopback; only 127.0.0.1 is allowed, so 127.0.0.2 is "the inside".
class DownloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<Route> routes;
    routes.push_back({.method = Method::kGet,
                      .path = "/{rest*}",
                      .tag = "",
                      .summary = "",
                      .parameters = {{.name = "rest", .in = In::kPath, .required = true}},
                      .handler = [this](Request& request) { return Serve(request); }});
    ServerOptions options;
    options.host = "0.0.0.0";
    options.port = 0;
    server_ = Server::Start(std::move(options), std::move(routes),
                            [](Request&) { return base::Result<>(); }, {})
                  .value();
  }

  Response Serve(const Request& request) {
    ++hits_;
    const std::string what = request.path;
    Response response;
    response.content_type = "text/plain";
    response.body = "secret";
    if (what == "/big") response.body = std::string(100'000, 'b');
    if (what == "/missing") response.status = 404;
    if (what == "/broken") response.status = 500;
    if (what.starts_with("/to/")) {
      response.status = 302;
      response.headers.Add("Location", targets_[what.substr(4)]);
    }
    return response;
  }

  std::string Url(const std::string& host, const std::string& path) const {
    return "http://" + host + ":" + std::to_string(server_->port()) + path;
  }
  base::Result<std::string> Get(const std::string& url) {
    sink_.text.clear();
    DownloadRequest request;
    request.url = url;
    request.allowed = AddressList::Parse({"127.0.0.1"}).value();
    request.max_bytes = 50'000;
    request.timeout = std::chrono::seconds(10);
    return Download(request, sink_, stop_.get_token());
  }

  std::unique_ptr<Server> server_;
  std::map<std::string, std::string> targets_;
  std::atomic<int> hits_ = 0;
  Collector sink_;
  std::stop_source stop_;
};

TEST_F(DownloadTest, FetchesAndFollowsRedirects) {
  targets_["here"] = "/file.txt";
  const auto url = Get(Url("127.0.0.1", "/to/here"));
  ASSERT_TRUE(url) << url.error().ToString();
  EXPECT_EQ(*url, Url("127.0.0.1", "/file.txt"));
  EXPECT_EQ(sink_.text, "secret") << "not the body of the redirect";
}

TEST_F(DownloadTest, NeverConnectsToTheInside) {
  for (const char* host : {"127.0.0.2", "127.2", "0x7f.0.0.2", "2130706434", "0177.0.0.2", "[::1]",
                           "[::ffff:127.0.0.2]", "0.0.0.0", "169.254.169.254", "10.0.0.1",
                           "[fe80::1]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "224.0.0.1"}) {
    const auto got = Get(Url(host, "/file"));
    ASSERT_FALSE(got) << host;
    EXPECT_EQ(got.error().code(), Code::kInvalidArgument) << host << got.error().message();
    EXPECT_THAT(got.error().message(), HasSubstr("does not connect to")) << host;
  }
  EXPECT_EQ(hits_, 0);
  EXPECT_EQ(sink_.text, "");
}

TEST_F(DownloadTest, NeitherThroughARedirect) {
  targets_["inside"] = Url("127.0.0.2", "/file");
  targets_["twice"] = Url("127.0.0.1", "/to/inside");
  for (const char* path : {"/to/inside", "/to/twice"}) {
    const auto got = Get(Url("127.0.0.1", path));
    ASSERT_FALSE(got) << path;
    EXPECT_THAT(got.error().message(), HasSubstr("leads to 127.0.0.2"));
    EXPECT_EQ(sink_.text, "");
  }
  EXPECT_EQ(hits_, 3) << "the redirects themselves";
}

TEST_F(DownloadTest, OnlyHttp) {
  targets_["file"] = "file:///etc/passwd";
  targets_["gopher"] = "gopher://127.0.0.1:6379/_x";
  targets_["ftp"] = "ftp://127.0.0.1/x";
  for (const std::string& url :
       {Url("127.0.0.1", "/to/file"), Url("127.0.0.1", "/to/gopher"), Url("127.0.0.1", "/to/ftp"),
        std::string("file:///etc/passwd"), std::string("dict://127.0.0.1/x"),
        std::string("http://"), std::string("http://a b/"),
        std::string("http://127.0.0.1\r\nHost: x/"),
        "http://user:password@127.0.0.1:" + std::to_string(server_->port()) + "/file"}) {
    const auto got = Get(url);
    ASSERT_FALSE(got) << url;
    EXPECT_EQ(got.error().code(), Code::kInvalidArgument) << url << got.error().message();
  }
  EXPECT_EQ(sink_.text, "");
}

TEST_F(DownloadTest, LimitsHold) {
  targets_["round"] = "/to/round";
  EXPECT_THAT(Get(Url("127.0.0.1", "/to/round")).error().message(), HasSubstr("more than 5 times"));
  EXPECT_EQ(Get(Url("127.0.0.1", "/big")).error().code(), Code::kTooLarge);
  EXPECT_EQ(Get(Url("127.0.0.1", "/missing")).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(Get(Url("127.0.0.1", "/broken")).error().code(), Code::kUnavailable);
  EXPECT_EQ(sink_.text, "") << "error pages are no documents";
  EXPECT_EQ(Get("http://127.0.0.1:1/").error().code(), Code::kUnavailable);
  sink_.fails = true;
  EXPECT_EQ(Get(Url("127.0.0.1", "/file")).error().code(), Code::kIo);
  sink_.fails = false;
  stop_.request_stop();
  EXPECT_EQ(Get(Url("127.0.0.1", "/file")).error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace http
