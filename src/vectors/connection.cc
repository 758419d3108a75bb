#include "vectors/connection.h"

#include <unistd.h>

#include <utility>

#include "process/fds.h"

namespace vectors {
namespace {

constexpr int kChildSocket = 3;
constexpr size_t kMaxLogLine = 4096;
constexpr process::FrameLimits kLimits{.header = size_t{256} << 20, .block = size_t{2} << 30};
// A socket that takes nothing for this long belongs to an engine that hangs.
constexpr auto kSendTimeout = std::chrono::minutes(2);

base::Error Died(const std::string& how) {
  return {base::Code::kUnavailable, "the vector database engine " + how};
}

}  // namespace

base::Result<std::unique_ptr<Connection>> Connection::Start(
    const std::vector<std::string>& argv, const std::vector<std::string>& environment,
    base::Log log) {
  SI_ASSIGN(auto sockets, process::SocketPair());
  SI_ASSIGN(auto errors, process::Pipe());
  process::Options options;
  options.argv = argv;
  options.argv.insert(options.argv.end(), {"--fd", std::to_string(kChildSocket)});
  options.env = environment;
  options.fds = {{sockets.second.get(), kChildSocket},
                 {process::kNullFd, STDOUT_FILENO},
                 {errors.second.get(), STDERR_FILENO}};
  options.group = process::Group::kOwnGroup;
  SI_ASSIGN(auto child, process::Child::Spawn(std::move(options)));
  return std::unique_ptr<Connection>(new Connection(
      std::move(sockets.first), std::move(errors.first), std::move(child), std::move(log)));
}

Connection::Connection(base::Fd socket, base::Fd errors, std::unique_ptr<process::Child> child,
                       base::Log log)
    : log_(std::move(log)), child_(std::move(child)), channel_(std::move(socket), kLimits) {
  receiver_ = std::thread([this] { Receive(); });
  log_reader_ =
      std::thread([this, fd = std::move(errors)]() mutable { ForwardLog(std::move(fd)); });
}

Connection::~Connection() {
  Kill();
  receiver_.join();
  log_reader_.join();
}

void Connection::Kill() {
  alive_ = false;
  channel_.Shutdown();
  child_->Kill();
}

base::Result<std::string> Connection::Call(const Request& request,
                                           std::chrono::milliseconds timeout) {
  auto [key, answer] = pending_.With([](Pending& pending) {
    const uint32_t next = pending.next++;
    return std::pair(next, pending.answers[next].get_future());
  });
  const uint32_t id = key;
  // Looked at after the answer is registered: FailAll then finds it, or we see that it has run.
  auto sent = alive_
                  ? channel_.Send(id, request.header, request.block, process::WaitFor(kSendTimeout))
                  : base::Result<>(base::Fail(Died("has ended")));
  if (!sent) {
    pending_.With([id](Pending& pending) { pending.answers.erase(id); });
    if (sent.error().code() == base::Code::kTooLarge) return base::Fail(sent.error());
    Kill();  // a frame may be half sent
    return base::Fail(Died("cannot be reached: " + sent.error().message()));
  }
  if (answer.wait_for(timeout) == std::future_status::ready) return answer.get();
  pending_.With([id](Pending& pending) { pending.answers.erase(id); });
  Kill();
  return base::Fail(base::Code::kTimeout, "the vector database engine did not answer in time");
}

void Connection::Receive() {
  while (true) {
    auto frame = channel_.Receive();
    if (!frame) {
      alive_ = false;
      const process::Exit exit = child_->Kill();
      if (frame.error().code() != base::Code::kUnavailable) {
        log_.Error("the engine broke the protocol", {{"error", frame.error().message()}});
      }
      FailAll(Died(exit.ToString()));
      return;
    }
    pending_.With([&](Pending& pending) {
      const auto found = pending.answers.find(frame->id);
      if (found == pending.answers.end()) return;
      found->second.set_value(std::move(frame->header));
      pending.answers.erase(found);
    });
  }
}

void Connection::FailAll(const base::Error& error) {
  pending_.With([&](Pending& pending) {
    for (auto& [id, answer] : pending.answers) answer.set_value(base::Fail(error));
    pending.answers.clear();
  });
}

// What the engine says on its standard error, line by line into our log. Ends when it ends.
void Connection::ForwardLog(base::Fd errors) {
  std::string line;
  char buffer[4096];
  while (true) {
    const ssize_t count = read(errors.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    for (ssize_t i = 0; i < count; ++i) {
      if (buffer[i] != '\n') {
        if (line.size() < kMaxLogLine) line.push_back(buffer[i]);
        continue;
      }
      if (!line.empty()) log_.Warning("engine", {{"line", line}});
      line.clear();
    }
  }
  if (!line.empty()) log_.Warning("engine", {{"line", line}});
}

}  // namespace vectors
