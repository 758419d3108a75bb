#include "vectors/engine.h"

#include <thread>
#include <utility>

#include "vectors/connection.h"

namespace vectors {
namespace {

// Loading the addon takes half a second on a free machine.
constexpr auto kStartTimeout = std::chrono::seconds(60);

}  // namespace

Engine::Engine(Options options) : options_(std::move(options)), backoff_(options_.backoff) {}

Engine::~Engine() = default;

base::Result<std::string> Engine::Call(const Request& request, std::chrono::milliseconds timeout) {
  for (int attempt = 1;; ++attempt) {
    SI_ASSIGN(const std::shared_ptr<Connection> connection, Get());
    auto answer = connection->Call(request, timeout);
    const bool died = !answer && answer.error().code() == base::Code::kUnavailable;
    if (!died || attempt == 2) return answer;
    options_.log.Warning("asking the next engine again", {{"error", answer.error().message()}});
  }
}

int Engine::Pid() const {
  const std::lock_guard lock(mutex_);
  return connection_ && connection_->alive() ? connection_->pid() : 0;
}

base::Result<std::shared_ptr<Connection>> Engine::Get() {
  // Held while an engine starts: nobody has anything to do until it is there.
  const std::lock_guard lock(mutex_);
  if (connection_ && connection_->alive()) return connection_;
  if (connection_) {
    connection_.reset();
    const auto ran =
        std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - started_);
    not_before_ = Steady::now() + backoff_.Next(ran);
  }
  std::this_thread::sleep_until(not_before_);
  auto started = Start();
  if (!started) {
    not_before_ = Steady::now() + backoff_.Next(std::chrono::milliseconds(0));
    return base::Fail(base::Code::kUnavailable,
                      "no vector database engine: " + started.error().message());
  }
  connection_ = *started;
  return connection_;
}

base::Result<std::shared_ptr<Connection>> Engine::Start() {
  started_ = Steady::now();
  SI_ASSIGN(std::shared_ptr<Connection> connection,
            Connection::Start(options_.argv, options_.environment, options_.log));
  SI_ASSIGN(const std::string answer, connection->Call(options_.hello, kStartTimeout));
  SI_TRY(DecodeHello(answer));
  const std::chrono::duration<double> took = Steady::now() - started_;
  options_.log.Info("vector database engine started",
                    {{"pid", connection->pid()}, {"seconds", took.count()}});
  return connection;
}

}  // namespace vectors
