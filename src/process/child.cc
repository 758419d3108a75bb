#include "process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "process/fds.h"

extern char** environ;

namespace process {
namespace {

// What the child does between fork and exec must be async-signal-safe: another thread may have held
// the allocator's lock at the moment of the fork. So all memory is laid out before it, here.
struct Launch {
  explicit Launch(const Options& o) : options(o), cwd(o.cwd.string()), map(o.fds) {
    for (const std::string& arg : o.argv) argv.push_back(const_cast<char*>(arg.c_str()));
    argv.push_back(nullptr);
    if (o.env) {
      for (const std::string& entry : *o.env) env.push_back(const_cast<char*>(entry.c_str()));
      env.push_back(nullptr);
    }
    const bool has_stdin =
        std::any_of(map.begin(), map.end(), [](const FdMap& m) { return m.theirs == 0; });
    if (!has_stdin) map.push_back({kNullFd, 0});
    for (const FdMap& m : map) first_free = std::max({first_free, m.theirs + 1, m.ours + 1});
    parent = getpid();
  }

  const Options& options;
  std::string cwd;
  std::vector<FdMap> map;
  std::vector<char*> argv;
  std::vector<char*> env;
  int first_free = 3;  // above every descriptor of the map
  pid_t parent = 0;
  int report = -1;  // write end of the pipe that tells the parent which step failed
};

// Steps of the child that can fail, for the message in the parent.
constexpr const char* kSteps[] = {"start", "limit", "map the descriptors of", "enter the folder of",
                                  "execute"};

struct Report {
  int step;
  int error;
};

[[noreturn]] void Abandon(const Launch& launch, int step) {
  const Report report{step, errno};
  [[maybe_unused]] const ssize_t written = write(launch.report, &report, sizeof report);
  _exit(127);
}

// Something that reads as empty and takes what is written, also where /dev is not there.
int OpenNull() {
  const int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  return fd >= 0 ? fd : memfd_create("null", MFD_CLOEXEC);
}

bool CloseOnExecFrom(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return true;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  const unsigned last = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, 1U << 16));
  for (unsigned fd = first; fd < last; ++fd) fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  return true;
}

// Moves every source out of the way first, so that no dup2 overwrites one still needed.
bool MapDescriptors(Launch& launch) {
  for (FdMap& m : launch.map) {
    if (m.ours == kNullFd) m.ours = OpenNull();
    m.ours = fcntl(m.ours, F_DUPFD_CLOEXEC, launch.first_free);
    if (m.ours < 0) return false;
  }
  launch.report = fcntl(launch.report, F_DUPFD_CLOEXEC, launch.first_free);
  if (launch.report < 0 || !CloseOnExecFrom(3)) return false;
  return std::all_of(launch.map.begin(), launch.map.end(),
                     [](const FdMap& m) { return dup2(m.ours, m.theirs) >= 0; });
}

bool SetLimit(__rlimit_resource_t resource, const std::optional<uint64_t>& value) {
  if (!value) return true;
  const rlimit limit{*value, *value};
  return setrlimit(resource, &limit) == 0;
}

bool SetLimits(const ResourceLimits& limits) {
  return SetLimit(RLIMIT_AS, limits.address_space) && SetLimit(RLIMIT_NOFILE, limits.open_files) &&
         SetLimit(RLIMIT_CPU, limits.cpu_seconds) && SetLimit(RLIMIT_FSIZE, limits.file_size) &&
         SetLimit(RLIMIT_CORE, limits.core);
}

// The program starts as if from a shell: no signal blocked or ignored that we block or ignore.
void ResetSignals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void RunChild(Launch& launch) {
  const Options& options = launch.options;
  ResetSignals();
  if (options.dies_with_parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) Abandon(launch, 0);
    if (getppid() != launch.parent) _exit(127);  // it died before the line above
  }
  if (options.group == Group::kOwnGroup && setpgid(0, 0) != 0) Abandon(launch, 0);
  if (options.group == Group::kOwnSession && setsid() < 0) Abandon(launch, 0);
  if (!MapDescriptors(launch)) Abandon(launch, 2);
  if (!launch.cwd.empty() && chdir(launch.cwd.c_str()) != 0) Abandon(launch, 3);
  if (!SetLimits(options.limits)) Abandon(launch, 1);
  execve(launch.argv[0], launch.argv.data(), options.env ? launch.env.data() : environ);
  Abandon(launch, 4);
}

// fork() with all signals blocked, so that no handler of ours runs in the child.
pid_t Fork(Launch& launch) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) RunChild(launch);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

// Empty when the child got as far as exec: that closed the pipe.
std::optional<Report> ReadReport(int fd) {
  Report report{};
  ssize_t got;
  do {
    got = read(fd, &report, sizeof report);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof report)) return std::nullopt;
  return report;
}

base::Result<pid_t> Start(const Options& options) {
  SI_ASSIGN(auto pipe, Pipe());
  Launch launch(options);
  launch.report = pipe.second.get();
  launch.first_free = std::max(launch.first_free, launch.report + 1);
  const pid_t pid = Fork(launch);
  if (pid < 0) return base::Fail(base::FromErrno("cannot fork", errno));
  pipe.second.Reset();
  if (const auto report = ReadReport(pipe.first.get())) {
    waitpid(pid, nullptr, 0);
    return base::Fail(base::FromErrno(
        std::string("cannot ") + kSteps[report->step] + " " + options.argv[0], report->error));
  }
  return pid;
}

}  // namespace

std::string Exit::ToString() const {
  if (signal == 0) return "exited with code " + std::to_string(code);
  const char* name = sigdescr_np(signal);
  return "killed by signal " + std::to_string(signal) +
         (name != nullptr ? " (" + std::string(name) + ")" : "");
}

Exit ExitFromStatus(int status) {
  Exit exit;
  if (WIFSIGNALED(status)) {
    exit.signal = WTERMSIG(status);
  } else {
    exit.code = WEXITSTATUS(status);
  }
  return exit;
}

// Shared by the Child and its thread. `pid` is valid for kill() as long as `exit` is empty: the
// thread reaps the child under the lock.
struct Child::State {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::optional<base::Result<pid_t>> started;
  std::optional<Exit> exit;
  base::Fd ended;
  bool own_group = false;
  std::thread thread;

  void Run(const Options& options);
  void Reap(pid_t pid);
};

void Child::State::Run(const Options& options) {
  auto result = Start(options);
  const bool running = result.has_value();
  const pid_t pid = running ? *result : -1;
  {
    const std::lock_guard lock(mutex);
    started = std::move(result);
  }
  changed.notify_all();
  if (running) Reap(pid);
}

void Child::State::Reap(pid_t pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  {
    const std::lock_guard lock(mutex);
    // What the child left behind in its group; the zombie still keeps the number from being reused.
    if (own_group) kill(-pid, SIGKILL);
    int status = 0;
    rusage usage{};
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    exit = ExitFromStatus(status);
    exit->max_rss = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  }
  changed.notify_all();
  SignalEvent(ended.get());
}

base::Result<std::unique_ptr<Child>> Child::Spawn(Options options) {
  if (options.argv.empty()) return base::Fail(base::Code::kInvalidArgument, "no program to start");
  auto state = std::make_shared<State>();
  SI_ASSIGN(state->ended, EventFd());
  state->own_group = options.group != Group::kInherit;
  try {
    state->thread =
        std::thread([raw = state.get(), options = std::move(options)] { raw->Run(options); });
  } catch (const std::system_error& error) {
    return base::Fail(base::Code::kExhausted,
                      std::string("cannot start a thread: ") + error.what());
  }
  std::unique_ptr<Child> child(new Child(state));
  std::unique_lock lock(state->mutex);
  state->changed.wait(lock, [&] { return state->started.has_value(); });
  if (!*state->started) return base::Fail(state->started->error());
  return child;
}

Child::~Child() {
  Signal(SIGKILL);
  if (state_->thread.joinable()) state_->thread.join();
}

pid_t Child::pid() const { return **state_->started; }

int Child::ended_fd() const { return state_->ended.get(); }

std::optional<Exit> Child::Poll() const {
  const std::lock_guard lock(state_->mutex);
  return state_->exit;
}

std::optional<Exit> Child::WaitUntil(Clock::time_point deadline) const {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait_until(lock, deadline, [this] { return state_->exit.has_value(); });
  return state_->exit;
}

void Child::Signal(int signal) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->started || !*state_->started || state_->exit) return;
  kill(state_->own_group ? -**state_->started : **state_->started, signal);
}

Exit Child::Stop(Clock::duration grace) {
  if (grace > Clock::duration::zero()) {
    Signal(SIGTERM);
    if (const auto exit = WaitFor(grace)) return *exit;
  }
  Signal(SIGKILL);
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->exit.has_value(); });
  return *state_->exit;
}

}  // namespace process
