// The server over real sockets on loopback, driven byte by byte.
#include "http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <stdexcept>
#include <thread>

#include "base/files.h"
#include "base/guarded.h"

namespace http {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct CountingSink final : FileSink {
  base::Result<> Write(std::string_view bytes) override {
    total += bytes.size();
    return {};
  }
  size_t total = 0;
};

// Gives what Say() was told, when it was told.
class Talker final : public EventSource {
 public:
  base::Result<std::optional<std::string>> Poll() override {
    return lines_.With([](Lines& l) -> std::optional<std::string> {
      return l.over && l.text.empty() ? std::nullopt : std::optional(std::exchange(l.text, ""));
    });
  }
  void Attach(std::function<void()> wake) override {
    lines_.With([&](Lines& l) { l.wake = std::move(wake); });
  }
  std::chrono::milliseconds poll_interval() const override { return 1h; }

  void Say(std::string text, bool over = false) {
    const auto wake = lines_.With([&](Lines& l) {
      l.text += text;
      l.over = over;
      return l.wake;
    });
    if (wake) wake();
  }

 private:
  struct Lines {
    std::string text;
    bool over = false;
    std::function<void()> wake;
  };
  base::Guarded<Lines> lines_;
};

class Recorder final : public Observer {
 public:
  void OnRequest(const RequestSummary& r) override {
    seen.With([&](auto& all) {
      all.push_back(std::string(Name(r.method)) + " " + std::string(r.route) + " " +
                    std::to_string(r.status) + " in " + std::to_string(r.bytes_in));
    });
  }
  base::Guarded<std::vector<std::string>> seen;
};

// A raw client: sends what it is told, reads until the peer closes or `enough` arrived.
class Client {
 public:
  explicit Client(const std::filesystem::path& socket) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = ::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
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
    AddSources(routes);
    const auto authenticate = [](Request& request) -> base::Result<> {
      if (request.path == "/closed")
        return base::Fail(base::Code::kUnauthenticated, "a key is needed");
      return {};
    };
    const base::Log log = base::Log::To(
        [this](std::string_view line) {
          log_.With([&](std::string& text) { text += std::string(line) + "\n"; });
        },
        base::LogLevel::kInfo, base::Log::Format::kText);
    server_ = Server::Start(options, std::move(routes), authenticate, log).value();
  }
  void AddSources(std::vector<Route>& routes) {
    const auto add = [&](std::string path, Handler handler) {
      routes.push_back({.method = Method::kGet,
                        .path = std::move(path),
                        .tag = "",
                        .summary = "",
                        .handler = std::move(handler)});
    };
    add("/throws", [](Request&) -> Response { throw std::runtime_error("oh dear"); });
    add("/events", [this](Request&) { return Response{.events = talker_}; });
    add("/file", [this](Request&) {
      return Response{.content_type = "text/plain", .file = OpenFile(file_).value(), .etag = "v1"};
    });
    add("/whoami", [](Request& r) {
      return Response{.body = r.remote + " " + r.scheme + (r.from_proxy ? " proxied" : "")};
    });
  }
  std::string Ask(std::string_view request) {
    Client client(server_->port());
    EXPECT_TRUE(client.Send(request));
    return client.ReadAll();
  }

  std::latch started_{1};
  base::TempDir folder_;
  std::filesystem::path file_ = folder_.path() / "file";
  std::shared_ptr<Talker> talker_ = std::make_shared<Talker>();
  base::Guarded<std::string> log_;
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

// Every request that is on its way when the stop begins is answered, also those on connections that
// have been idle.
TEST_F(ServerTest, StopLosesNoRequestOfABusyClient) {
  Start({.io_threads = 3, .handler_threads = 2});
  std::atomic<int> lost{0};
  std::atomic<int> answered{0};
  std::vector<std::jthread> clients;
  for (int i = 0; i < 16; ++i) {
    const auto pause = i % 2 == 0 ? 3ms : 300ms;  // busy, and idle when the stop begins
    clients.emplace_back([&, pause, port = server_->port()] {
      Client client(port);
      while (client.connected()) {
        if (!client.Send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")) break;
        const std::string answer = client.ReadUntil("you\"");
        answer.ends_with("you\"") ? ++answered : ++lost;
        if (answer.find("Connection: close") != std::string::npos || answer.empty()) break;
        std::this_thread::sleep_for(pause);
      }
    });
  }
  std::this_thread::sleep_for(400ms);
  server_->Stop(5s);
  clients.clear();
  EXPECT_EQ(lost, 0);
  EXPECT_GT(answered, 50);
  server_.reset();
}

TEST_F(ServerTest, SeveralRequestsSentAtOnceAreAnsweredInOrder) {
  Start();
  const std::string answers =
      Ask("GET /hello?name=a HTTP/1.1\r\nHost: x\r\n\r\n\r\nGET /hello?name=b HTTP/1.1\r\nHost: "
          "x\r\nConnection: close\r\n\r\n");
  EXPECT_LT(answers.find("hello a"), answers.find("hello b"));
  EXPECT_THAT(answers, EndsWith("hello b\""));
}

TEST_F(ServerTest, ABodyThatTricklesInIsCutOff) {
  Start({.limits = {.body_grace = 1s}});
  Client client(server_->port());
  ASSERT_TRUE(
      client.Send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
                  "boundary=B\r\nContent-Length: 1000\r\n\r\n"));
  std::jthread trickle([&](std::stop_token stop) {
    while (!stop.stop_requested() && client.Send("-")) std::this_thread::sleep_for(50ms);
  });
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 408"));
}

TEST_F(ServerTest, AFullQueueIsAnswered503WithRetryAfter) {
  Start({.handler_threads = 1, .limits = {.max_queued = 0}});
  Client slow(server_->port());
  ASSERT_TRUE(slow.Send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
  started_.wait();
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: 1")));
  EXPECT_THAT(slow.ReadUntil("done"), HasSubstr("200 OK"));
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, UploadsAndBodyMemoryAreBounded) {
  Start({.limits = {.max_uploads = 1}});
  const std::string head =
      "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; "
      "boundary=B\r\nContent-Length: 10\r\n\r\n";
  Client first(server_->port());
  ASSERT_TRUE(first.Send(head + "-"));
  std::this_thread::sleep_for(100ms);
  EXPECT_THAT(Ask(head), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("too many uploads")));
}

TEST_F(ServerTest, EventsComeAtOnceAndHoldNoHandlerThread) {
  Start({.handler_threads = 1});
  Client first(server_->port());
  ASSERT_TRUE(first.Send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(first.ReadUntil("\r\n\r\n"), HasSubstr("Content-Type: text/event-stream"));
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 200"));
  talker_->Say("data: one\n\n");
  EXPECT_EQ(first.ReadUntil("\n\n"), "data: one\n\n");
  talker_->Say("data: two\n\n", true);
  EXPECT_EQ(first.ReadAll(), "data: two\n\n");
}

TEST_F(ServerTest, AStreamOfEventsDoesNotHoldUpTheStop) {
  Start();
  Client client(server_->port());
  ASSERT_TRUE(client.Send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  client.ReadUntil("\r\n\r\n");
  const auto began = std::chrono::steady_clock::now();
  server_->Stop(30s);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  talker_->Say("nobody listens any more");
  server_.reset();
  talker_->Say("and nobody is there");
}

TEST_F(ServerTest, FilesWholeAndInPart) {
  std::ofstream(file_) << std::string(300'000, 'a') << "the end";
  Start();
  EXPECT_THAT(Ask("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 300007"), HasSubstr("Accept-Ranges: bytes"),
                    HasSubstr("ETag: \"v1\""), EndsWith("aathe end")));
  EXPECT_THAT(Ask("GET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=-3\r\nConnection: close\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 206"), EndsWith("\r\n\r\nend")));
  EXPECT_THAT(Ask("HEAD /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              AllOf(HasSubstr("Content-Length: 300007"), EndsWith("\r\n\r\n")));
}

TEST_F(ServerTest, AnExceptionIsA500WithAnIdThatIsInTheLog) {
  Start();
  const std::string answer =
      Ask("GET /throws HTTP/1.1\r\nHost: x\r\nX-Request-ID: q-77\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 500"), HasSubstr("X-Request-ID: q-77"),
                            HasSubstr("request id q-77"), Not(HasSubstr("oh dear"))));
  server_->Stop(1s);
  server_.reset();
  log_.With([](const std::string& text) {
    EXPECT_THAT(text, AllOf(HasSubstr("id=q-77"), HasSubstr("oh dear")));
  });
}

TEST_F(ServerTest, ProxyHeadersOfBelievedPeersOnly) {
  const std::string ask =
      "GET /whoami HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: "
      "https\r\nConnection: close\r\n\r\n";
  Start({.proxies = AddressList::Parse({"127.0.0.1"}).value(), .proxy_headers = true});
  EXPECT_THAT(Ask(ask), EndsWith("9.9.9.9 https proxied"));
  Start({.proxies = AddressList::Parse({"10.0.0.1"}).value(), .proxy_headers = true});
  EXPECT_THAT(Ask(ask), EndsWith("127.0.0.1 http"));
  Start({.proxies = AddressList::Parse({"127.0.0.1"}).value()});
  EXPECT_THAT(Ask(ask), EndsWith("127.0.0.1 http proxied"));
}

TEST_F(ServerTest, TheObserverSeesPatternStatusAndBytes) {
  Recorder recorder;
  Start({.access_log = true, .observer = &recorder});
  Ask("GET /hello/?name=x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  Ask("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
  Ask("GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  server_->Stop(1s);
  server_.reset();
  recorder.seen.With([](const auto& all) {
    EXPECT_THAT(all, ElementsAre("GET /hello 200 in 0", "POST  405 in 0", "GET  404 in 0"));
  });
  log_.With(
      [](const std::string& text) { EXPECT_THAT(text, HasSubstr("route=/hello status=200")); });
}

TEST_F(ServerTest, AUnixSocketIsMadeReplacedWhenStaleAndRemoved) {
  const std::filesystem::path path = folder_.path() / "s";
  Start({.unix_socket = path});
  EXPECT_THAT(server_->url(), AllOf(StartsWith("http+unix://"), EndsWith("%2Fs")));
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0660u);
  Client client(path);
  ASSERT_TRUE(client.Send("GET /whoami HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.ReadUntil("unix http"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Server::Start({.unix_socket = path}, {}, nullptr, base::Log()).error().message(),
              HasSubstr("another server listens"));
  server_->Stop(1s);
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(path));

  const base::Fd stale(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(stale.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  Start({.unix_socket = path});
  EXPECT_TRUE(Client(path).connected());
  std::ofstream(file_) << "precious";
  EXPECT_THAT(Server::Start({.unix_socket = file_}, {}, nullptr, base::Log()).error().message(),
              HasSubstr("not a socket"));
  EXPECT_TRUE(std::filesystem::exists(file_));
  EXPECT_THAT(Server::Start({.unix_socket = std::string(200, 'x')}, {}, nullptr, base::Log())
                  .error()
                  .message(),
              HasSubstr("1 to 107 bytes"));
}

TEST_F(ServerTest, AnInheritedSocketMustListen) {
  base::Fd listening(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(
      Server::Start({.listen_fd = listening.get()}, {}, nullptr, base::Log()).error().message(),
      HasSubstr("is not a listening"));
  ASSERT_EQ(::listen(listening.get(), 5), 0);
  Start({.listen_fd = listening.Release()});
  EXPECT_THAT(Ask("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              EndsWith("\"hello you\""));
  EXPECT_THAT(Server::Start({.listen_fd = 999}, {}, nullptr, base::Log()).error().message(),
              HasSubstr("not an open socket"));
}

TEST_F(ServerTest, AWrongCertificateIsAClearError) {
  std::ofstream(file_) << "no certificate";
  EXPECT_THAT(Server::Start({.port = 0, .certificate_file = file_, .key_file = file_}, {}, nullptr,
                            base::Log())
                  .error()
                  .message(),
              AllOf(HasSubstr("TLS certificate"), HasSubstr(file_.string())));
  EXPECT_THAT(Server::Start({.port = 0, .certificate_file = file_}, {}, nullptr, base::Log())
                  .error()
                  .message(),
              HasSubstr("needs both"));
}

TEST_F(ServerTest, AnAddressInUseIsAClearError) {
  Start();
  const auto second = Server::Start({.port = server_->port()}, {}, nullptr, base::Log());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), base::Code::kUnavailable);
}

}  // namespace
}  // namespace http
