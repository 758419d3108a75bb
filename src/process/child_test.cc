#include "process/child.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "process/backoff.h"
#include "process/fds.h"

namespace process {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

Options Shell(const std::string& script) { return {.argv = {"/bin/sh", "-c", script}}; }

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(got));
  }
}

// Runs a script with its standard output in a pipe; what it wrote.
std::string OutputOf(Options options) {
  auto pipe = Pipe().value();
  options.fds.push_back({pipe.second.get(), 1});
  auto child = Child::Spawn(std::move(options));
  if (!child) return child.error().ToString();
  pipe.second.Reset();
  std::string text = ReadAll(pipe.first.get());
  (*child)->WaitFor(seconds(10));
  return text;
}

TEST(Child, SaysHowItEnded) {
  struct Row {
    const char* script;
    const char* text;
  };
  for (const Row& row : {Row{"exit 0", "exited with code 0"}, Row{"exit 3", "exited with code 3"},
                         Row{"kill -9 $$", "killed by signal 9 (Killed)"},
                         Row{"kill -11 $$", "killed by signal 11 (Segmentation fault)"}}) {
    auto child = Child::Spawn(Shell(row.script)).value();
    const auto exit = child->WaitFor(seconds(10));
    ASSERT_TRUE(exit) << row.script;
    EXPECT_EQ(exit->ToString(), row.text);
    EXPECT_EQ(child->Poll()->ToString(), row.text);
    EXPECT_GT(exit->max_rss, 0U);
  }
}

TEST(Child, NamesTheProgramThatCannotStart) {
  const auto missing = Child::Spawn({.argv = {"/no/such/program"}});
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_THAT(missing.error().message(), HasSubstr("cannot execute /no/such/program"));
  const auto folder = Child::Spawn({.argv = {"/bin/sh"}, .cwd = "/no/such/folder"});
  EXPECT_THAT(folder.error().message(), HasSubstr("cannot enter the folder of /bin/sh"));
  EXPECT_EQ(Child::Spawn({}).error().code(), Code::kInvalidArgument);
}

TEST(Child, GetsExactlyWhatIsMapped) {
  // Sources and targets overlap on purpose: each must arrive where it belongs.
  auto a = MemoryFile("a", "A").value();
  auto b = MemoryFile("b", "B").value();
  lseek(a.get(), 0, SEEK_SET);
  lseek(b.get(), 0, SEEK_SET);
  Options options =
      Shell("cat <&" + std::to_string(a.get()) + "; cat <&" + std::to_string(b.get()) +
            "; for fd in 0 1 2 3 4 5 6 7 8 9; do (: <&$fd) 2>/dev/null && printf '%s' $fd; done");
  ASSERT_LT(std::max(a.get(), b.get()), 10);  // /bin/sh knows single digits only
  options.fds = {{a.get(), b.get()}, {b.get(), a.get()}};
  const std::string expected = "BA012" + std::to_string(std::min(a.get(), b.get())) +
                               std::to_string(std::max(a.get(), b.get()));
  EXPECT_EQ(OutputOf(options), expected);
}

TEST(Child, StdinReadsAsEmptyUnlessMapped) { EXPECT_EQ(OutputOf(Shell("cat; echo end")), "end\n"); }

TEST(Child, GetsEnvironmentFolderAndLimits) {
  Options options = Shell("echo $A $B; pwd; ulimit -n; ulimit -c");
  options.env = {"A=one", "B=two words"};
  options.cwd = "/usr";
  options.limits.open_files = 77;
  EXPECT_EQ(OutputOf(options), "one two words\n/usr\n77\n0\n");
}

TEST(Child, StartsWithDefaultSignals) {
  signal(SIGPIPE, SIG_IGN);
  auto child = Child::Spawn(Shell("kill -13 $$")).value();
  EXPECT_EQ(child->WaitFor(seconds(10))->signal, SIGPIPE);
  signal(SIGPIPE, SIG_DFL);
}

TEST(Child, WaitsNoLongerThanTold) {
  auto child = Child::Spawn(Shell("exec sleep 30")).value();
  EXPECT_FALSE(child->Poll());
  EXPECT_FALSE(child->WaitFor(milliseconds(20)));
  EXPECT_EQ(child->Kill().signal, SIGKILL);
  pollfd fd{child->ended_fd(), POLLIN, 0};
  EXPECT_EQ(poll(&fd, 1, 1000), 1);
}

TEST(Child, StopAsksFirstAndKillsThen) {
  auto polite = Child::Spawn(Shell("trap 'exit 7' TERM; while :; do sleep 0.02; done")).value();
  auto deaf = Child::Spawn(Shell("trap '' TERM; while :; do sleep 0.02; done")).value();
  std::this_thread::sleep_for(milliseconds(100));  // the traps are set
  EXPECT_EQ(polite->Stop(seconds(10)).code, 7);
  EXPECT_EQ(deaf->Stop(milliseconds(50)).signal, SIGKILL);
  EXPECT_EQ(deaf->Stop(milliseconds(50)).signal, SIGKILL);  // again: nothing to do
}

// A pipe whose write end only the children hold: it reads as ended when the last of them is gone.
TEST(Child, TakesItsGroupAlong) {
  auto pipe = Pipe().value();
  Options options = Shell("sleep 30 & exit 0");
  options.fds = {{pipe.second.get(), 9}};
  options.group = Group::kOwnGroup;
  auto child = Child::Spawn(options).value();
  pipe.second.Reset();
  EXPECT_TRUE(child->WaitFor(seconds(10)));
  EXPECT_EQ(ReadAll(pipe.first.get()), "");
}

TEST(Child, DestructorKills) {
  auto pipe = Pipe().value();
  Options options = Shell("exec sleep 30");
  options.fds = {{pipe.second.get(), 9}};
  auto child = Child::Spawn(options).value();
  pipe.second.Reset();
  child.reset();
  EXPECT_EQ(ReadAll(pipe.first.get()), "");
}

// The child is started from a thread that ends at once: it must live on all the same.
TEST(Child, OutlivesTheThreadThatAskedForIt) {
  std::unique_ptr<Child> child;
  std::thread([&] { child = Child::Spawn(Shell("exec sleep 30")).value(); }).join();
  EXPECT_FALSE(child->WaitFor(milliseconds(100)));
}

// A process in between that is killed with kill -9: its children die with it.
TEST(Child, DiesWithKillMinusNineOfItsParent) {
  auto pipe = Pipe().value();
  auto ready = Pipe().value();
  const pid_t between = fork();
  ASSERT_GE(between, 0);
  if (between == 0) {
    Options options = Shell("echo ready >&8; exec sleep 30");
    options.fds = {{pipe.second.get(), 9}, {ready.second.get(), 8}};
    options.group = Group::kOwnSession;
    auto child = Child::Spawn(options);
    pause();
  }
  pipe.second.Reset();
  ready.second.Reset();
  char byte = 0;
  ASSERT_EQ(read(ready.first.get(), &byte, 1), 1);
  kill(between, SIGKILL);
  EXPECT_EQ(ReadAll(pipe.first.get()), "");  // ends only when the sleep is gone too
  waitpid(between, nullptr, 0);
}

TEST(Backoff, DoublesUpToItsMaximumAndStartsAfresh) {
  Backoff backoff(
      {.first = milliseconds(10), .max = milliseconds(35), .healthy_after = milliseconds(1000)});
  const std::array<milliseconds::rep, 4> waits = {10, 20, 35, 35};
  for (const auto wait : waits) EXPECT_EQ(backoff.Next(milliseconds(1)).count(), wait);
  EXPECT_EQ(backoff.Next(milliseconds(1000)).count(), 10);
}

}  // namespace
}  // namespace process
