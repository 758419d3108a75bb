#include "parsing/worker.h"

#include <cstdlib>
#include <optional>
#include <utility>
#include <variant>

#include "process/fds.h"

namespace parsing {
namespace {

namespace proto = parse_protocol;

constexpr auto kStartDeadline = std::chrono::seconds(30);  // loads PDFium, maybe from a cold disk
constexpr auto kSendDeadline = std::chrono::seconds(5);    // a few bytes to a process that waits
constexpr auto kDeathDeadline = std::chrono::milliseconds(300);

// Nothing of our environment: it may hold keys. Sanitizers are told how to behave.
std::vector<std::string> Environment() {
  std::vector<std::string> entries = {"LANG=C.UTF-8"};
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) entries.push_back(std::string(name) + "=" + value);
  }
  return entries;
}

base::Result<> Send(process::FrameChannel& control, const proto::ToWorker& message, int fd = -1) {
  const proto::Encoded encoded = proto::Encode(message);
  return control.Send(encoded.id, encoded.header, encoded.block, process::WaitFor(kSendDeadline),
                      fd);
}

base::Result<proto::ToServer> Receive(process::FrameChannel& control,
                                      std::chrono::steady_clock::duration timeout) {
  SI_ASSIGN(const process::Frame frame, control.Receive(process::WaitFor(timeout)));
  return proto::DecodeToServer(frame);
}

std::string Join(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

}  // namespace

base::Result<std::unique_ptr<Worker>> Worker::Start(const WorkerOptions& options) {
  SI_ASSIGN(auto sockets, process::SocketPair());
  process::Options start{.argv = {options.si_parse.string()},
                         .env = Environment(),
                         .fds = {{process::kNullFd, 1}, {sockets.second.get(), proto::kControlFd}},
                         .group = process::Group::kOwnGroup};
  if (!options.pdfium.empty()) {
    start.argv.insert(start.argv.end(), {"--pdfium", options.pdfium.string()});
  }
  start.argv.insert(start.argv.end(), options.arguments.begin(), options.arguments.end());
  auto child = process::Child::Spawn(std::move(start));
  if (!child) {
    return base::Fail(base::Code::kUnavailable, child.error().message());
  }
  sockets.second.Reset();
  std::unique_ptr<Worker> worker(new Worker(std::move(*child), std::move(sockets.first)));
  SI_ASSIGN(const proto::Ready ready, worker->AwaitReady());
  options.log.Info("si-parse is ready", {{"pid", worker->pid()}, {"sandbox", Join(ready.sandbox)}});
  for (const std::string& note : ready.notes) {
    options.log.Warning("si-parse runs with less protection", {{"why", note}});
  }
  return worker;
}

base::Result<proto::Ready> Worker::AwaitReady() {
  auto message = Receive(control_, kStartDeadline);
  const auto* ready = message ? std::get_if<proto::Ready>(&*message) : nullptr;
  if (ready == nullptr) {
    return base::Fail(base::Code::kUnavailable, "si-parse did not start: " + HowItEnded());
  }
  if (!ready->error.empty()) {
    return base::Fail(base::Code::kUnavailable, "si-parse did not start: " + ready->error);
  }
  return *ready;
}

base::Result<std::unique_ptr<process::FrameChannel>> Worker::Fork(size_t max_block) {
  SI_ASSIGN(auto sockets, process::SocketPair());
  SI_TRY(Send(control_, proto::Fork{}, sockets.second.get()));
  return std::make_unique<process::FrameChannel>(std::move(sockets.first),
                                                 process::FrameLimits{.block = max_block});
}

void Worker::KillJob() {
  // When this fails, AwaitEnd says so.
  (void)Send(control_, proto::Kill{});
}

base::Result<proto::Ended> Worker::AwaitEnd(Clock::duration timeout) {
  SI_ASSIGN(const proto::ToServer message, Receive(control_, timeout));
  if (const auto* ended = std::get_if<proto::Ended>(&message)) return *ended;
  return base::Fail(base::Code::kDamaged, "si-parse answered out of turn");
}

std::string Worker::HowItEnded() const {
  const std::optional<process::Exit> exit = child_->WaitFor(kDeathDeadline);
  return exit ? exit->ToString() : "not answering";
}

}  // namespace parsing
