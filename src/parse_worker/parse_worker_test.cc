// Runs `si-parse --self-test`: what the sandbox must refuse is refused, on this kernel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "process/child.h"
#include "process/fds.h"

namespace parse_worker {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Finished {
  process::Exit exit;
  std::string output;
};

Finished RunSiParse(const std::vector<std::string>& arguments) {
  auto pipe = process::Pipe().value();
  process::Options options{.argv = {SI_PARSE_PATH},
                           .fds = {{pipe.second.get(), 1}, {pipe.second.get(), 2}}};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  auto child = process::Child::Spawn(options).value();
  pipe.second.Reset();
  Finished run;
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while ((got = read(pipe.first.get(), buffer.data(), buffer.size())) > 0) {
    run.output.append(buffer.data(), static_cast<size_t>(got));
  }
  run.exit = child->WaitFor(std::chrono::seconds(60)).value();
  return run;
}

TEST(SiParse, SelfTestProvesThatTheSandboxHolds) {
  const Finished run = RunSiParse({"--self-test"});
  EXPECT_TRUE(run.exit.Clean()) << run.exit.ToString() << "\n" << run.output;
  EXPECT_THAT(run.output, Not(HasSubstr("ALLOWED")));
  for (const char* line :
       {"active seccomp", "child  open for reading     refused",
        "child  socket (inet)        refused", "child  connect              refused",
        "child  execve               refused", "parent execve               refused"}) {
    EXPECT_THAT(run.output, HasSubstr(line));
  }
}

TEST(SiParse, SaysThatPeopleCannotUseIt) {
  const Finished run = RunSiParse({});
  EXPECT_EQ(run.exit.code, 2);
  EXPECT_THAT(run.output, HasSubstr("is started by the server"));
  EXPECT_THAT(RunSiParse({"--nonsense"}).output, HasSubstr("unknown argument --nonsense"));
}

}  // namespace
}  // namespace parse_worker
