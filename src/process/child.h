// Child processes: each is started from a description of all it gets, and none outlives us.
//
//   SI_ASSIGN(auto child, process::Child::Spawn({.argv = {"/usr/bin/node", "engine.js"},
//                                                .fds = {{socket.get(), 3}},
//                                                .group = process::Group::kOwnGroup}));
//   …
//   process::Exit exit = child->Stop(std::chrono::seconds(5));   // SIGTERM, then SIGKILL
//   log.Info("engine ended", {{"how", exit.ToString()}});        // "killed by signal 15 (…)"
//
// Every child has a thread of its own in this process that forks it and then waits for its end.
// PR_SET_PDEATHSIG fires when the *thread* that forked ends, so that thread must live as long as
// the child does; with this one it does. The child is therefore killed by the kernel the moment
// this process dies, by kill -9 too. What the child itself starts is not covered by that: let it
// watch a socket of ours for its end (FrameChannel reports kUnavailable) as the second line.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace process {

// Whom signals of ours, and of the terminal (Ctrl-C), reach.
enum class Group {
  kInherit,     // the child is in our group: a Ctrl-C reaches it too
  kOwnGroup,    // signals go to the child and all it started; when it ends, the rest is killed
  kOwnSession,  // the same, and no terminal
};

// Descriptor `ours` appears in the child as `theirs`.
struct FdMap {
  int ours;
  int theirs;
};
// As FdMap::ours: reads as empty, swallows what is written.
inline constexpr int kNullFd = -1;

// setrlimit values; what is not set is inherited.
struct ResourceLimits {
  std::optional<uint64_t> address_space = {};  // bytes; not for sanitizer builds
  std::optional<uint64_t> open_files = {};
  std::optional<uint64_t> cpu_seconds = {};
  std::optional<uint64_t> file_size = {};  // bytes a single file may grow to
  std::optional<uint64_t> core = 0;        // bytes of core dump
};

struct Options {
  std::vector<std::string> argv;                     // argv[0] is the program's path, not looked up
  std::optional<std::vector<std::string>> env = {};  // "NAME=value"; inherited when not set
  std::filesystem::path cwd = {};                    // inherited when empty
  // Descriptors not mapped here are closed in the child, except: 0 reads as empty, 1 and 2 are
  // ours.
  std::vector<FdMap> fds = {};
  Group group = Group::kInherit;
  bool dies_with_parent = true;  // PR_SET_PDEATHSIG with SIGKILL
  ResourceLimits limits = {};
};

// How a process ended.
struct Exit {
  int code = 0;          // exit code when `signal` is 0
  int signal = 0;        // the signal that killed it
  uint64_t max_rss = 0;  // bytes of memory it had resident at most
  bool Clean() const { return code == 0 && signal == 0; }
  // "exited with code 3", "killed by signal 9 (Killed)"
  std::string ToString() const;
};

// The Exit of a status from waitpid().
Exit ExitFromStatus(int status);

// One running (or ended) child. All methods are thread-safe. The destructor kills it and waits.
class Child {
 public:
  using Clock = std::chrono::steady_clock;

  // kNotFound / kPermissionDenied / kIo with the program named when it cannot be started.
  static base::Result<std::unique_ptr<Child>> Spawn(Options options);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const;

  // How it ended, or nothing while it runs.
  std::optional<Exit> Poll() const;
  std::optional<Exit> WaitUntil(Clock::time_point deadline) const;
  std::optional<Exit> WaitFor(Clock::duration timeout) const {
    return WaitUntil(Clock::now() + timeout);
  }
  // Becomes readable (POLLIN) when the child has ended, and stays so. For poll loops.
  int ended_fd() const;

  // To the child, or to its group when it has its own. Nothing happens when it has ended.
  void Signal(int signal);

  // Asks with SIGTERM, kills after `grace`. Returns when it has ended.
  Exit Stop(Clock::duration grace);
  // SIGKILL. Returns when it has ended.
  Exit Kill() { return Stop(Clock::duration::zero()); }

 private:
  struct State;
  explicit Child(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace process
