// Load for an HTTP server over keep-alive connections, and the bare loop of durable writes.
//
//   api_load get   HOST:PORT PATH CONNECTIONS REQUESTS
//   api_load post  HOST:PORT PATH CONNECTIONS REQUESTS BATCH_ID   20 kB multipart uploads
//   api_load bare  FOLDER WRITES                                 write, fsync, rename, fsync folder
//
// Prints one JSON object. One thread, epoll; the next request of a connection is sent when the
// answer of the one before has arrived.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kDocument = 20'000;

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

double Seconds(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

// Text that is another for every number, so that no two uploads are the same document.
std::string Document(size_t number) {
  std::string text =
      "document " + std::to_string(number) + " of process " + std::to_string(::getpid()) + "\n";
  while (text.size() < kDocument) text += "a line of plain text that fills the document\n";
  text.resize(kDocument);
  return text;
}

struct Job {
  bool post = false;
  std::string host, path, batch;
  uint16_t port = 0;
  size_t connections = 1, requests = 1;
};

std::string RequestText(const Job& job, size_t number) {
  if (!job.post) return "GET " + job.path + " HTTP/1.1\r\nHost: " + job.host + "\r\n\r\n";
  std::string body;
  const auto field = [&](const char* name, const std::string& value) {
    body += std::string("--BoundaryOfTheLoad\r\nContent-Disposition: form-data; name=\"") + name +
            "\"\r\n\r\n" + value + "\r\n";
  };
  field("source", "load");
  field("source_uri", std::to_string(::getpid()) + "/" + std::to_string(number) + ".txt");
  field("batch_id", job.batch);
  body +=
      "--BoundaryOfTheLoad\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\""
      "\r\nContent-Type: text/plain\r\n\r\n" +
      Document(number) + "\r\n--BoundaryOfTheLoad--\r\n";
  return "POST " + job.path + " HTTP/1.1\r\nHost: " + job.host +
         "\r\nContent-Type: multipart/form-data; boundary=BoundaryOfTheLoad\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Size of the answer at the front of `text`, 0 while it is not complete.
size_t AnswerSize(std::string_view text) {
  const size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  static constexpr std::string_view kName = "ontent-";  // Content-Length in any case
  for (size_t at = text.find(kName); at < end; at = text.find(kName, at + 1)) {
    const std::string_view rest = text.substr(at + kName.size());
    if (rest.size() < 8 || (rest[0] != 'L' && rest[0] != 'l') || rest[1] != 'e') continue;
    const size_t size = end + 4 + std::strtoull(rest.data() + rest.find(':') + 1, nullptr, 10);
    return text.size() >= size ? size : 0;
  }
  return end + 4;
}

struct Connection {
  int fd = -1;
  std::string out, in;
  Clock::time_point sent;
};

class Load {
 public:
  explicit Load(Job job) : job_(std::move(job)), epoll_(::epoll_create1(0)) {
    latencies_.reserve(job_.requests);
  }

  int Run() {
    std::vector<Connection> connections(job_.connections);
    for (Connection& c : connections) Open(c);
    const auto began = Clock::now();
    for (Connection& c : connections) Next(c);
    epoll_event events[64];
    while (done_ < job_.requests) {
      const int n = ::epoll_wait(epoll_, events, 64, 60'000);
      if (n <= 0) Die("no answer for a minute");
      for (int i = 0; i < n; ++i) Serve(*static_cast<Connection*>(events[i].data.ptr));
    }
    Print(Seconds(began));
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void Open(Connection& c) {
    c.fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(job_.port);
    ::inet_pton(AF_INET, job_.host.c_str(), &address.sin_addr);
    if (::connect(c.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("connect");
    const int on = 1;
    ::setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(c.fd, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &c;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.fd, &event);
  }

  void Next(Connection& c) {
    if (started_ == job_.requests) return;
    c.out = RequestText(job_, started_++);
    c.sent = Clock::now();
    // A request fits into the socket's buffer; a server that does not read blocks us rightly.
    for (size_t at = 0; at < c.out.size();) {
      const ssize_t n = ::send(c.fd, c.out.data() + at, c.out.size() - at, MSG_NOSIGNAL);
      if (n > 0) at += static_cast<size_t>(n);
      if (n < 0 && errno != EAGAIN) Die("send");
    }
  }

  void Serve(Connection& c) {
    char block[65536];
    const ssize_t n = ::recv(c.fd, block, sizeof block, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) Die("the server closed a connection");
    c.in.append(block, static_cast<size_t>(n));
    const size_t size = AnswerSize(c.in);
    if (size == 0) return;
    if (c.in.compare(9, 2, "20") != 0) {
      if (failed_++ == 0) std::fprintf(stderr, "%.300s\n", c.in.c_str());
    }
    latencies_.push_back(Seconds(c.sent));
    bytes_ += size;
    c.in.erase(0, size);
    ++done_;
    Next(c);
  }

  void Print(double seconds) {
    std::ranges::sort(latencies_);
    const auto at = [&](double share) {
      return 1000 *
             latencies_[static_cast<size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"connections\": %zu, \"requests\": %zu, \"failed\": %zu, \"per_second\": %.1f, "
        "\"p50_ms\": "
        "%.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"bytes\": %zu}\n",
        job_.connections, done_, failed_, static_cast<double>(done_) / seconds, at(0.5), at(0.99),
        at(1), bytes_);
  }

  const Job job_;
  const int epoll_;
  size_t started_ = 0, done_ = 0, failed_ = 0, bytes_ = 0;
  std::vector<double> latencies_;
};

int Bare(const std::string& folder, size_t writes) {
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  if (directory < 0) Die("folder");
  const auto began = Clock::now();
  for (size_t i = 0; i < writes; ++i) {
    const std::string bytes = Document(i);
    const std::string name = folder + "/" + std::to_string(i);
    const int fd = ::open((name + ".tmp").c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (fd < 0 || ::write(fd, bytes.data(), bytes.size()) < 0 || ::fsync(fd) != 0) Die("write");
    ::close(fd);
    if (::rename((name + ".tmp").c_str(), name.c_str()) != 0 || ::fsync(directory) != 0)
      Die("rename");
  }
  std::printf("{\"writes\": %zu, \"per_second\": %.1f}\n", writes,
              static_cast<double>(writes) / Seconds(began));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view mode = argc > 1 ? argv[1] : "";
  if (mode == "bare" && argc == 4) return Bare(argv[2], std::strtoul(argv[3], nullptr, 10));
  const bool post = mode == "post";
  if (argc != (post ? 7 : 6) || (!post && mode != "get")) {
    std::fprintf(stderr, "usage: see the head of load.cc\n");
    return 2;
  }
  const std::string where = argv[2];
  const size_t colon = where.find(':');
  Job job{.post = post, .host = where.substr(0, colon), .path = argv[3]};
  job.port = static_cast<uint16_t>(std::atoi(where.substr(colon + 1).c_str()));
  job.connections = std::strtoul(argv[4], nullptr, 10);
  job.requests = std::strtoul(argv[5], nullptr, 10);
  if (post) job.batch = argv[6];
  return Load(std::move(job)).Run();
}
