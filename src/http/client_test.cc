// The client against our own server.
#include "http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/files.h"
#include "http/server.h"

namespace http {
namespace {

using base::Code;
using ::testing::HasSubstr;

struct StringSink final : FileSink {
  base::Result<> Write(std::string_view more) override {
    bytes += more;
    return {};
  }
  std::string bytes;
};

class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<Route> routes;
    routes.push_back({.method = Method::kPut,
                      .path = "/echo",
                      .handler =
                          [](Request& r) {
                            Response response{
                                .status = 201,
                                .body = r.body + "|" + std::string(r.headers.Get("X-Test"))};
                            response.headers.Add("X-Answer", "42");
                            return response;
                          },
                      .body = Body::kWhole});
    routes.push_back(
        {.method = Method::kPost,
         .path = "/form",
         .handler =
             [](Request& r) {
               return Response{.body = r.form.at(0).second + "|" + r.files.at(0).filename + "|" +
                                       static_cast<StringSink&>(*r.files.at(0).sink).bytes};
             },
         .body = Body::kForm,
         .file_sink = [](const UploadedFile&) -> base::Result<std::unique_ptr<FileSink>> {
           return std::make_unique<StringSink>();
         }});
    routes.push_back({.method = Method::kGet, .path = "/slow", .handler = [](Request&) {
                        std::this_thread::sleep_for(std::chrono::milliseconds(500));
                        return Response{};
                      }});
    server_ =
        Server::Start(
            {.port = 0}, std::move(routes), [](Request&) { return base::Result<>(); }, base::Log())
            .value();
    url_ = "http://127.0.0.1:" + std::to_string(server_->port());
  }

  std::unique_ptr<Server> server_;
  std::string url_;
  std::unique_ptr<Client> client_ = NewClient();
};

TEST_F(ClientTest, SendsBodyAndHeadersAndReadsTheAnswer) {
  ClientRequest request{.method = Method::kPut, .url = url_ + "/echo", .body = "hello"};
  request.headers.Add("X-Test", "yes");
  for (int i = 0; i < 3; ++i) {
    const auto response = client_->Send(request).value();
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.body, "hello|yes");
    EXPECT_EQ(response.headers.Get("x-answer"), "42");
  }
}

TEST_F(ClientTest, StreamsFilesAsMultipart) {
  const base::TempDir dir;
  ASSERT_TRUE(base::WriteFileDurably(dir.path() / "a.bin", "file bytes"));
  const auto response = client_->Send(
      {.method = Method::kPost,
       .url = url_ + "/form",
       .parts = {{.name = "field", .value = "v"},
                 {.name = "file", .file = dir.path() / "a.bin", .filename = "x \"y.bin"}}});
  EXPECT_EQ(response.value().body, "v|x \"y.bin|file bytes");
}

TEST_F(ClientTest, ErrorsSayWhatHappened) {
  EXPECT_EQ(client_->Send({.url = url_ + "/slow", .timeout = std::chrono::milliseconds(50)})
                .error()
                .code(),
            Code::kTimeout);
  EXPECT_EQ(
      client_
          ->Send({.method = Method::kPut, .url = url_ + "/echo", .body = "long", .max_response = 2})
          .error()
          .code(),
      Code::kTooLarge);
  EXPECT_EQ(client_->Send({.url = "file:///etc/passwd"}).error().code(), Code::kInvalidArgument);
  server_->Stop(std::chrono::seconds(1));
  EXPECT_EQ(client_->Send({.url = url_ + "/slow"}).error().code(), Code::kUnavailable);
}

TEST_F(ClientTest, AStopEndsTheCall) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  EXPECT_EQ(
      client_->Send({.url = url_ + "/slow", .timeout = std::chrono::seconds(10)}, stop.get_token())
          .error()
          .code(),
      Code::kCancelled);
}

}  // namespace
}  // namespace http
