#include "parse_worker/parent.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <variant>

namespace parse_worker {

namespace proto = parse_protocol;

base::Result<Parent> Parent::Create(process::FrameChannel& control, const JobContext& context) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  base::Fd signals(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.valid()) return base::Fail(base::FromErrno("cannot watch children", errno));
  return Parent(control, context, std::move(signals));
}

base::Result<> Parent::Run() {
  while (true) {
    pollfd fds[2] = {{control_->fd(), POLLIN, 0}, {child_signals_.get(), POLLIN, 0}};
    if (poll(fds, 2, -1) < 0 && errno != EINTR) {
      return base::Fail(base::FromErrno("cannot poll", errno));
    }
    base::Result<> result;
    if (fds[1].revents != 0) result = OnChildSignal();
    if (result && fds[0].revents != 0) result = OnMessage();
    if (!result) {
      KillChild();
      const bool server_left = result.error().code() == base::Code::kUnavailable;
      return server_left ? base::Result<>() : result;
    }
  }
}

base::Result<> Parent::OnMessage() {
  SI_ASSIGN(process::Frame frame, control_->Receive());
  SI_ASSIGN(const proto::ToWorker message, proto::DecodeToWorker(frame));
  if (std::holds_alternative<proto::Fork>(message)) return Fork(std::move(frame.fd));
  KillChild();
  return {};
}

base::Result<> Parent::Fork(base::Fd connection) {
  if (child_ != 0 || !connection.valid()) {
    return base::Fail(base::Code::kInternal, "the server asked for a second document at once");
  }
  const pid_t pid = fork();
  if (pid == 0) RunJob(context_, connection.get());
  if (pid < 0) return base::Fail(base::FromErrno("cannot fork", errno));
  child_ = pid;
  return {};
}

base::Result<> Parent::OnChildSignal() {
  signalfd_siginfo info;
  while (read(child_signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
  }
  int status = 0;
  rusage usage{};
  if (child_ == 0 || wait4(child_, &status, WNOHANG, &usage) != child_) return {};
  child_ = 0;
  const uint64_t peak = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  return Send(proto::Ended{.wait_status = status,
                           .memory = peak - std::min(peak, context_.baseline.resident)});
}

base::Result<> Parent::Send(const proto::ToServer& message) {
  const proto::Encoded encoded = proto::Encode(message);
  return control_->Send(encoded.id, encoded.header, encoded.block);
}

// Its end is reported when SIGCHLD comes.
void Parent::KillChild() {
  if (child_ != 0) kill(child_, SIGKILL);
}

}  // namespace parse_worker
