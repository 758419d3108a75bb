#include "parse_worker/self_test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "parse_worker/limits.h"
#include "parse_worker/sandbox.h"
#include "process/fds.h"

namespace parse_worker {
namespace {

// Something that must fail, at whatever the kernel chooses as the reason.
struct Attempt {
  const char* name;
  bool in_parent;  // refused to the process that forks as well
  long (*run)();
};

long Connect() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(9);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // On a descriptor that is none: without the sandbox the answer would be EBADF.
  return connect(-1, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

long Execute() {
  char path[] = "/bin/true";
  char* const argv[] = {path, nullptr};
  return execve(path, argv, nullptr);
}

long Fork() {
  const long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return pid;
}

long SharedMemory() {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? -1 : 0;
}

long ExecutableMemory() {
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? -1 : 0;
}

constexpr Attempt kAttempts[] = {
    {"open for reading", true, [] { return long{open("/etc/passwd", O_RDONLY)}; }},
    {"open for writing", true,
     [] { return long{open("/tmp/si-parse-self-test", O_CREAT | O_WRONLY, 0600)}; }},
    {"stat", false,
     [] {
       struct stat info{};
       return long{stat("/etc/passwd", &info)};
     }},
    {"unlink", true, [] { return long{unlink("/tmp/si-parse-self-test")}; }},
    {"socket (inet)", true, [] { return long{socket(AF_INET, SOCK_STREAM, 0)}; }},
    {"socket (unix)", true, [] { return long{socket(AF_UNIX, SOCK_STREAM, 0)}; }},
    {"connect", true, Connect},
    {"execve", true, Execute},
    {"fork", false, Fork},
    {"kill the parent", false, [] { return long{kill(getppid(), 0)}; }},
    {"ptrace", true, [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); }},
    {"receive descriptors", false,
     [] {
       msghdr message{};
       return static_cast<long>(recvmsg(-1, &message, 0));
     }},
    {"shared memory", true, SharedMemory},
    {"executable memory", true, ExecutableMemory},
    {"lift the limits", false,
     [] {
       const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
       return long{setrlimit(RLIMIT_CORE, &limit)};
     }},
};

// With nothing but write(): stdio would ask for more than the sandbox allows.
void Say(int fd, const std::string& line) {
  [[maybe_unused]] const ssize_t written = write(fd, line.data(), line.size());
}

// Refused means by the sandbox: EPERM of seccomp, or EACCES of Landlock.
bool Refused(const Attempt& attempt, const char* who, int out) {
  errno = 0;
  const long result = attempt.run();
  const int error = errno;
  const bool refused = result == -1 && (error == EPERM || error == EACCES);
  char line[160];
  std::snprintf(line, sizeof line, "%-6s %-20s %s%s%s\n", who, attempt.name,
                refused ? "refused" : "ALLOWED", result == -1 ? ": " : "",
                result == -1 ? std::strerror(error) : "");
  Say(out, line);
  return refused;
}

int CountAllowed(bool parent, int out) {
  int allowed = 0;
  for (const Attempt& attempt : kAttempts) {
    if (parent && !attempt.in_parent) continue;
    if (!Refused(attempt, parent ? "parent" : "child", out)) ++allowed;
  }
  return allowed;
}

// Its report goes through a pipe: it may not even write to a file that is open.
[[noreturn]] void RunChild(const Sandbox& sandbox, const Baseline& baseline, int out) {
  const JobLimits limits{.memory = uint64_t{256} << 20, .mapped = 0, .cpu_seconds = 10};
  if (!ApplyLimits(limits, baseline) || !sandbox.EnterChild()) _exit(100);
  _exit(CountAllowed(/*parent=*/false, out));
}

// Everything the child writes, to standard output; how many things it was allowed.
int WatchChild(pid_t child, int in) {
  char buffer[4096];
  for (ssize_t got = 0; (got = read(in, buffer, sizeof buffer)) > 0;) {
    Say(STDOUT_FILENO, std::string(buffer, static_cast<size_t>(got)));
  }
  int status = 0;
  if (wait4(child, &status, 0, nullptr) != child || !WIFEXITED(status)) {
    Say(STDOUT_FILENO, "the child crashed\n");
    return 1;
  }
  return WEXITSTATUS(status);
}

}  // namespace

int SelfTest() {
  const auto sandbox = Sandbox::Prepare();
  auto pipe = process::Pipe();
  const Baseline baseline = MeasureBaseline();
  const auto layers = sandbox ? sandbox->EnterParent() : base::Fail(sandbox.error());
  if (!layers || !pipe) {
    Say(STDERR_FILENO, "si-parse: " + (layers ? pipe.error() : layers.error()).message() + "\n");
    return 1;
  }
  for (const std::string& layer : layers->active) Say(STDOUT_FILENO, "active " + layer + "\n");
  for (const std::string& note : layers->notes) Say(STDOUT_FILENO, "note   " + note + "\n");
  int allowed = CountAllowed(/*parent=*/true, STDOUT_FILENO);
  const pid_t child = fork();
  if (child == 0) RunChild(*sandbox, baseline, pipe->second.get());
  pipe->second.Reset();
  allowed += child < 0 ? 1 : WatchChild(child, pipe->first.get());
  Say(STDOUT_FILENO, std::to_string(allowed) + " allowed that must be refused\n");
  return allowed == 0 ? 0 : 1;
}

}  // namespace parse_worker
