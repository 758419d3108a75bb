// The server over real sockets on loopback, driven byte by byte.
#include "http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <thread>

#include "base/files.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct CountingSink final : FileSink {
  base::Result<> Write(std::string_view bytes) override {
    total += bytes.size();
    return {};
  }
  size_t total = 0;
};

// A raw client: sends what it is told, reads until the peer closes or `enough` arrived.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    timeval limit{10, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  bool connected() const { return connected_; }
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  std::string ReadUntil(std::string_view enough) {
    std::string got;
    char block[4096];
    while (enough.empty() || got.find(enough) == std::string::npos) {
      const ssize_t n = ::recv(fd_.get(), block, sizeof block, 0);
      if (n <= 0) break;
      got.append(block, static_cast<size_t>(n));
    }
    return got;
  }
  std::string ReadAll() { return ReadUntil(""); }

 private:
  base::Fd fd_;
  bool connected_ = false;
};

class ServerTest : public ::testing::Test {
 protected:
  void Start(ServerOptions options = {}) {
    options.port = 0;
    std::vector<Route> routes;
    routes.push_back({.method = Method::kGet,
                      .path = "/hello",
                      .tag = "",
                      .summary = "",
                      .parameters = {{.name = "name", .otherwise = "you"}},
                      .handler = [](Request& r) {
                        return Response{.body = "\"hello " + r.Require("name") + "\""};
                      }});
    routes.push_back({.method = Method::kGet,
                      .path = "/slow",
                      .tag = "",
                      .summary = "",
                      .handler = [this](Request&) {
                        started_.count_down();
                        std::this_thread::sleep_for(200ms);
                        return Response{.body = "\"done\""};
                      }});
    routes.push_back(
        {.method = Method::kPost,
         .path = "/upload",
         .tag = "",
         .summary = "",
         .handler =
             [](Request& r) {
               return Response{
                   .body = std::to_string(static_cast<CountingSink&>(*r.files.at(0).sink).total)};
             },
         .body = Body::kForm,
         .file_sink = [](const UploadedFile&) -> base::Result<std::unique_ptr<FileSink>> {
           return std::make_unique<CountingSink>();
         }});
    routes.push_back({.method = Method::kGet,
                      .path = "/stream",
                      .tag = "",
                      .summary = "",
                      .handler = [](Request&) {
                        Response response;
                        response.stream = [left = 3]() mutable -> base::Result<std::string> {
                          return left-- > 0 ? "piece" : "";
                        };
                        return response;
                      }});
    routes.push_back({.method = Method::kGet,
                      .path = "/closed",
                      .tag = "",
                      .summary = "",
                      .handler = [](Request&) { return Response{}; }});
    const auto authenticate = [](Request& request) -> base::Result<> {
      if (request.path == "/closed")
        return base::Fail(base::Code::kUnauthenticated, "a key is needed");
      return {};
    };
    server_ = Server::Start(options, std::move(routes), authenticate, base::Log()).value();
  }
  std::string Ask(std::string_view request) {
    Client client(server_->port());
    EXPECT_TRUE(client.Send(request));
    return client.ReadAll();
  }

  std::latch started_{1};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersSeveralRequestsOnOneConnection) {
  Start();
  Client client(server_->port());
  ASSERT_TRUE(client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.ReadUntil("you\""),
              AllOf(StartsWith("HTTP/1.1 200"), EndsWith("\"hello you\"")));
  ASSERT_TRUE(
      client.Send("GET /hello/?name=Ann%20B HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  EXPECT_THAT(client.ReadAll(), EndsWith("\"hello Ann B\""));
}

TEST_F(ServerTest, ErrorsAreJson) {
  Start();
  EXPECT_THAT(Ask("GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("\"status_code\":404")));
  EXPECT_THAT(Ask("DELETE /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: OPTIONS, GET, HEAD")));
  EXPECT_THAT(Ask("GET /closed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 401"), HasSubstr("WWW-Authenticate: Bearer")));
  EXPECT_THAT(Ask("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nHost: x\r\nx: " + std::string(100'000, 'y') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
}

TEST_F(ServerTest, HeadHasNoBodyAndOptionsSaysWhatIsAllowed) {
  Start();
  EXPECT_THAT(Ask("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 11"), EndsWith("\r\n\r\n")));
  EXPECT_THAT(Ask("OPTIONS /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 204"));
}

TEST_F(ServerTest, AnUploadStreamsToItsSink) {
  Start();
  const std::string head =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
  const std::string tail = "\r\n--B--\r\n";
  const std::string block(1 << 20, 'x');
  Client client(server_->port());
  ASSERT_TRUE(
      client.Send("POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: "
                  "100-continue\r\nContent-Type: "
                  "multipart/form-data; boundary=B\r\nContent-Length: " +
                  std::to_string(head.size() + 20 * block.size() + tail.size()) + "\r\n\r\n"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  ASSERT_TRUE(client.Send(head));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.Send(block));
  ASSERT_TRUE(client.Send(tail));
  EXPECT_THAT(client.ReadAll(), EndsWith("\r\n\r\n20971520"));
}

TEST_F(ServerTest, TooLargeIsSaidBeforeAnythingIsRead) {
  Start({.limits = {.max_upload_bytes = 1000}});
  EXPECT_THAT(Ask("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
                  "boundary=B\r\nContent-Length: 2000\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 413"), HasSubstr("larger than 1000 bytes")));
}

TEST_F(ServerTest, StreamedAnswersAreChunked) {
  Start();
  EXPECT_THAT(Ask("GET /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              EndsWith("5\r\npiece\r\n5\r\npiece\r\n5\r\npiece\r\n0\r\n\r\n"));
}

TEST_F(ServerTest, SlowClientsAreCutOff) {
  Start({.limits = {.header_timeout = 1s}});
  Client client(server_->port());
  ASSERT_TRUE(client.Send("GET /hel"));
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 408"));
}

TEST_F(ServerTest, OneConnectionTooManyIsAnswered503) {
  Start({.limits = {.max_connections = 1}});
  Client first(server_->port());
  ASSERT_TRUE(first.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"));
  first.ReadUntil("you\"");
  Client second(server_->port());
  const std::string answer = second.ReadAll();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After")));
  const size_t body = answer.find("\r\n\r\n") + 4;
  EXPECT_THAT(answer, HasSubstr("Content-Length: " + std::to_string(answer.size() - body)));
}

TEST_F(ServerTest, StopFinishesWhatRunsAndTakesNothingNew) {
  Start();
  Client client(server_->port());
  ASSERT_TRUE(client.Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  started_.wait();
  const uint16_t port = server_->port();
  server_->Stop(5s);
  EXPECT_THAT(client.ReadAll(), HasSubstr("\"done\""));
  EXPECT_FALSE(Client(port).connected());
  server_.reset();
}

TEST_F(ServerTest, AnAddressInUseIsAClearError) {
  Start();
  const auto second = Server::Start({.port = server_->port()}, {}, nullptr, base::Log());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::Code::kUnavailable);
}

}  // namespace
}  // namespace http
