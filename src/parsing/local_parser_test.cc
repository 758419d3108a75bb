// The real si-parse with its mock document type: what misbehaves on order ends with an
// understandable message, in time, and the next document is read.
#include "parsing/local_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "base/guarded.h"

namespace parsing {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

// ThreadSanitizer holds signals back until a system call, so that the memory watchdog comes late.
#if __has_feature(thread_sanitizer)
constexpr bool kLateSignals = true;
#else
constexpr bool kLateSignals = false;
#endif

// Process numbers of the si-parse that were started, taken from the log.
class StartedPids {
 public:
  base::Log log() {
    return base::Log::To(
        [this](std::string_view line) {
          const size_t at = line.find("\"pid\":");
          if (line.find("si-parse is ready") == line.npos || at == line.npos) return;
          const int pid = std::atoi(std::string(line.substr(at + 6, 12)).c_str());
          pids_.With([&](std::vector<int>& pids) { pids.push_back(pid); });
        },
        base::LogLevel::kInfo, base::Log::Format::kJson);
  }
  int last() const {
    return pids_.With([](const std::vector<int>& pids) { return pids.empty() ? 0 : pids.back(); });
  }
  size_t count() const {
    return pids_.With([](const std::vector<int>& pids) { return pids.size(); });
  }

 private:
  base::Guarded<std::vector<int>> pids_;
};

class LocalParserTest : public testing::Test {
 protected:
  static LocalParser::Options MockOptions(int workers = 1) {
    return {.si_parse = SI_PARSE_PATH, .workers = workers, .arguments = {"--enable-mock"}};
  }

  void StartParser(LocalParser::Options options = MockOptions()) {
    options.log = started_.log();
    auto parser = LocalParser::Start(std::move(options));
    ASSERT_TRUE(parser) << parser.error().ToString();
    parser_ = std::move(*parser);
  }

  // A document that gives these orders.
  ParseRequest Orders(const std::string& orders) {
    const auto path = dir_.path() / ("orders" + std::to_string(++documents_));
    std::ofstream(path) << "si-mock\n" << orders << "\n";
    return {.file = path, .filename = "orders.mock"};
  }

  base::Result<Parsed> Parse(const std::string& orders, const Limits& limits = {}) {
    ParseRequest request = Orders(orders);
    request.limits = limits;
    return parser_->Parse(request, nullptr, {});
  }

  void ExpectNextDocumentIsRead() {
    const auto next = Parse("text next");
    ASSERT_TRUE(next) << next.error().ToString();
    EXPECT_EQ(next->markdown, "next\n");
  }

  base::TempDir dir_;
  StartedPids started_;
  std::unique_ptr<LocalParser> parser_;
  std::atomic<int> documents_ = 0;
};

struct RecordedPages final : PageProgress {
  void OnPage(int done, int total) override {
    seen += std::to_string(done) + "/" + std::to_string(total) + " ";
  }
  std::string seen;
};

TEST_F(LocalParserTest, ReadsADocument) {
  StartParser();
  RecordedPages pages;
  const auto parsed = parser_->Parse(
      Orders("page 0 2\ntext first\npage 1 2\ntext second\npage 2 2\nmystery"), &pages, {});
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(parsed->markdown, "first\nsecond\n");
  EXPECT_THAT(parsed->document_json, HasSubstr("DoclingDocument"));
  EXPECT_EQ(parsed->page_count, 2);
  EXPECT_EQ(pages.seen, "0/2 1/2 2/2 ");
  EXPECT_EQ(parsed->facts.mime_type, "application/x-si-mock");
  ASSERT_EQ(parsed->diagnostics.size(), 1U);
  EXPECT_EQ(parsed->diagnostics[0].what, "unknown order mystery");

  const auto facts = parser_->Inspect(Orders("page 7 7"), {});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->page_count, 7);
  EXPECT_EQ(facts->title, "orders.mock");
}

TEST_F(LocalParserTest, HandsOnTheReadersOwnError) {
  StartParser();
  const auto failed = Parse("fail encrypted the document needs a password");
  EXPECT_EQ(failed.error().ToString(), "encrypted: the document needs a password");
  ExpectNextDocumentIsRead();
}

TEST_F(LocalParserTest, SaysWhichFileCannotBeOpened) {
  StartParser();
  const auto missing = parser_->Parse({.file = dir_.path() / "no", .filename = "no"}, nullptr, {});
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  const auto folder = parser_->Parse({.file = dir_.path(), .filename = "d"}, nullptr, {});
  EXPECT_EQ(folder.error().code(), Code::kInvalidArgument);
}

TEST_F(LocalParserTest, LimitsEndADocumentAndSayWhich) {
  constexpr uint64_t kMegabyte = uint64_t{1} << 20;
  struct Row {
    const char* orders;
    Limits limits;
    const char* message;
  };
  const Row rows[] = {
      {"page 16 20\nhang", {.page = milliseconds(150)}, "page 17 took longer than 0.15 s"},
      {"page 0 3\nspin", {.page = milliseconds(150)}, "page 1 took longer than 0.15 s"},
      {"flood", {.page = milliseconds(150)}, "page 2 took longer than 0.15 s"},
      {"hang", {.quiet = milliseconds(150)}, "the document made no progress for 0.15 s"},
      {"page 3 3\nspin",
       {.page = milliseconds(20), .quiet = milliseconds(150)},
       "the document made no progress for 0.15 s"},
      {"page 1 9\nsleep 80\npage 2 9\nsleep 80\npage 3 9\nsleep 80\npage 4 9\nhang",
       {.document = milliseconds(200)},
       "the document took longer than 0.2 s"},
      {"memory 4000", {.memory = 64 * kMegabyte}, "needed more than 64 MB of memory"},
      {"allocate 4000", {.memory = 64 * kMegabyte}, "needed more than 64 MB of memory"},
      {"output 20", {.output = 4 * kMegabyte}, "the parsed document is larger than 4 MB"},
      {"text a", {.input = 4}, "the document has 0 MB; 0 MB are allowed"},
  };
  StartParser();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.orders);
    if (kLateSignals && row.limits.memory == 64 * kMegabyte) continue;
    const auto began = Clock::now();
    const auto result = Parse(row.orders, row.limits);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kTooLarge) << result.error().ToString();
    EXPECT_FALSE(result.error().retryable());
    EXPECT_THAT(result.error().message(), HasSubstr(row.message));
    EXPECT_LT(Clock::now() - began, seconds(10));
    ExpectNextDocumentIsRead();
  }
  EXPECT_EQ(started_.count(), 1U) << "no limit may cost a si-parse";
}

TEST_F(LocalParserTest, CrashesAreTheDocumentsFault) {
  struct Row {
    const char* orders;
    const char* message;
  };
  const Row rows[] = {
      {"crash", "the parser crashed (signal 4, Illegal instruction) on this document"},
      {"page 2 5\ncrash",
       "the parser crashed (signal 4, Illegal instruction) on this document while reading page 3 "
       "of 5"},
      {"abort", "the parser crashed (signal "},
      {"recurse", "the parser crashed ("},
      {"exit 3", "the parser crashed (exit code 3)"},
      {"exit 0", "the parser crashed (exit code 0)"},
      {"nonsense\ntext a", "the parser answered nonsense on this document"},
      {"throw", "the reader gave up on this document: thrown on order"},
  };
  StartParser();
  for (const Row& row : rows) {
    SCOPED_TRACE(row.orders);
    const auto result = Parse(row.orders);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), Code::kDamaged);
    EXPECT_THAT(result.error().message(), HasSubstr(row.message));
    ExpectNextDocumentIsRead();
  }
  EXPECT_EQ(started_.count(), 1U) << "no crash may cost a si-parse";
}

TEST_F(LocalParserTest, LeavesOutThePageThatFailsAndReadsTheOthers) {
  StartParser();
  const auto parsed = Parse(
      "page 0 4\ntext one\npage 1 4\nat 2 hang\npage 2 4\ntext three\npage 3 4\nat 4 crash\n"
      "page 4 4",
      {.page = milliseconds(300)});
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(parsed->markdown, "one\nthree\n");
  ASSERT_EQ(parsed->diagnostics.size(), 2U);
  EXPECT_EQ(parsed->diagnostics[0].severity, docling::Severity::kError);
  EXPECT_EQ(parsed->diagnostics[0].what, "page 2 was left out: page 2 took longer than 0.3 s");
  EXPECT_EQ(parsed->diagnostics[0].where, "page 2");
  EXPECT_THAT(parsed->diagnostics[1].what,
              HasSubstr("page 4 was left out: the parser crashed (signal 4"));
}

TEST_F(LocalParserTest, LeavesOutThePageThatTakesAllMemory) {
  if (kLateSignals) GTEST_SKIP() << "the watchdog comes late";
  StartParser();
  const auto parsed = Parse("page 0 3\ntext one\npage 1 3\nat 2 memory 4000\npage 2 3\ntext three",
                            {.memory = uint64_t{64} << 20});
  ASSERT_TRUE(parsed) << parsed.error().ToString();
  EXPECT_EQ(parsed->markdown, "one\nthree\n");
  ASSERT_EQ(parsed->diagnostics.size(), 1U);
  EXPECT_EQ(parsed->diagnostics[0].what,
            "page 2 was left out: the document needed more than 64 MB of memory");
}

TEST_F(LocalParserTest, LeavesOutNoMorePagesThanAllowedAndNeverTheOnlyOne) {
  StartParser();
  const std::string three_bad =
      "page 0 9\nat 1 hang\npage 1 9\nat 2 hang\npage 2 9\nat 3 hang\npage 9 9\n";
  Limits limits{.page = milliseconds(300)};
  const auto three = Parse(three_bad, limits);
  EXPECT_TRUE(three) << three.error().ToString();
  limits.left_out_pages = 2;
  EXPECT_THAT(Parse(three_bad, limits).error().message(), HasSubstr("page 3 took longer"));
  EXPECT_THAT(Parse("page 0 1\nat 1 hang", limits).error().message(),
              HasSubstr("page 1 took longer"));
  // All attempts together have the document's time.
  limits = {.page = milliseconds(300), .document = milliseconds(500)};
  EXPECT_THAT(Parse(three_bad, limits).error().message(),
              HasSubstr("the document took longer than 0.5 s"));
}

TEST_F(LocalParserTest, DocumentsCannotOpenFiles) {
  StartParser();
  EXPECT_EQ(Parse("open /etc/passwd\nopen /proc/self/maps\nopen /")->markdown,
            "/etc/passwd: Operation not permitted\n"
            "/proc/self/maps: Operation not permitted\n"
            "/: Operation not permitted\n");
}

// Parses in the background; the result when asked.
class Background {
 public:
  Background(LocalParser& parser, ParseRequest request)
      : thread_([this, &parser, request = std::move(request)] {
          struct Begun final : PageProgress {
            explicit Begun(std::atomic<bool>& flag) : begun(flag) {}
            void OnPage(int, int) override { begun = true; }
            std::atomic<bool>& begun;
          } begun(begun_);
          result_ = parser.Parse(request, &begun, stop_.get_token());
        }) {
    while (!begun_) std::this_thread::sleep_for(milliseconds(2));
  }
  void Stop() { stop_.request_stop(); }
  base::Result<Parsed>& Result() {
    thread_.join();
    return *result_;
  }

 private:
  std::stop_source stop_;
  std::atomic<bool> begun_ = false;
  std::optional<base::Result<Parsed>> result_;
  std::thread thread_;
};

TEST_F(LocalParserTest, AKilledParserCanBeTriedAgain) {
  StartParser();
  const int pid = started_.last();
  Background reading(*parser_, Orders("page 1 2\nhang"));
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  const auto began = Clock::now();
  const auto& result = reading.Result();
  EXPECT_EQ(result.error().code(), Code::kUnavailable);
  EXPECT_TRUE(result.error().retryable());
  EXPECT_THAT(result.error().message(), HasSubstr("killed by signal 9"));
  EXPECT_LT(Clock::now() - began, seconds(5));
  ExpectNextDocumentIsRead();
  EXPECT_NE(started_.last(), pid);

  ASSERT_EQ(kill(started_.last(), SIGKILL), 0);  // while nothing is read
  std::this_thread::sleep_for(milliseconds(50));
  ExpectNextDocumentIsRead();
  EXPECT_EQ(started_.count(), 3U);
}

// A si-parse that is stopped, not dead: it can neither answer nor kill its child.
TEST_F(LocalParserTest, AFrozenParserIsReplaced) {
  StartParser();
  ParseRequest request = Orders("page 1 2\nhang");
  request.limits = Limits{.page = milliseconds(300)};
  Background reading(*parser_, request);
  ASSERT_EQ(kill(started_.last(), SIGSTOP), 0);
  EXPECT_THAT(reading.Result().error().message(), HasSubstr("page 2 took longer than 0.3 s"));
  ExpectNextDocumentIsRead();
  EXPECT_EQ(started_.count(), 2U);
}

TEST_F(LocalParserTest, CancelsWithinASecond) {
  StartParser();
  for (const char* orders : {"page 1 2\nhang", "page 1 2\nspin", "page 1 2\nflood"}) {
    Background reading(*parser_, Orders(orders));
    const auto began = Clock::now();
    reading.Stop();
    EXPECT_EQ(reading.Result().error().code(), Code::kCancelled) << orders;
    EXPECT_LT(Clock::now() - began, seconds(1)) << orders;
  }
  ExpectNextDocumentIsRead();
}

TEST_F(LocalParserTest, WaitingForAWorkerCanBeCancelled) {
  StartParser();
  Background reading(*parser_, Orders("page 1 2\nhang"));
  std::stop_source stop;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(50));
    stop.request_stop();
  });
  const auto waiting = parser_->Parse(Orders("text a"), nullptr, stop.get_token());
  EXPECT_EQ(waiting.error().code(), Code::kCancelled);
  canceller.join();
  reading.Stop();
  EXPECT_FALSE(reading.Result());
}

TEST_F(LocalParserTest, StopEndsWhatIsBeingReadAndRefusesTheRest) {
  StartParser(MockOptions(2));
  Background a(*parser_, Orders("page 1 2\nhang"));
  Background b(*parser_, Orders("page 1 2\nspin"));
  const auto began = Clock::now();
  parser_->Stop();
  EXPECT_LT(Clock::now() - began, seconds(2));
  EXPECT_EQ(a.Result().error().code(), Code::kCancelled);
  EXPECT_EQ(b.Result().error().code(), Code::kCancelled);
  EXPECT_EQ(Parse("text a").error().code(), Code::kUnavailable);
  parser_->Stop();  // again: nothing to do
}

TEST_F(LocalParserTest, ReadsManyDocumentsAtOnce) {
  StartParser(MockOptions(2));
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        const std::string text = std::to_string(t) + "." + std::to_string(i);
        const bool crash = (t + i) % 4 == 0;
        const auto parsed = Parse(crash ? "crash" : "text " + text);
        if (crash ? !parsed : parsed && parsed->markdown == text + "\n") ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 40);
  EXPECT_LE(started_.count(), 2U);
}

// A server that is killed with kill -9 while it reads. Its orphans become our children, since we
// ask for them, so that we see them all end.
TEST_F(LocalParserTest, NothingOutlivesTheServer) {
  const ParseRequest request = Orders("page 1 2\nspin");
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t server = fork();
  ASSERT_GE(server, 0);
  if (server == 0) {
    auto parser = LocalParser::Start(MockOptions(2));
    struct Tell final : PageProgress {
      explicit Tell(int pipe_end) : fd(pipe_end) {}
      void OnPage(int, int) override { [[maybe_unused]] const auto n = write(fd, "x", 1); }
      int fd;
    } tell(ready[1]);
    if (parser) (void)(*parser)->Parse(request, &tell, {});
    _exit(1);
  }
  close(ready[1]);
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  kill(server, SIGKILL);
  int ended = 0;
  const auto deadline = Clock::now() + seconds(10);
  while (Clock::now() < deadline) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid > 0) ++ended;
    if (pid < 0 && errno == ECHILD) break;
    if (pid == 0) std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_LT(Clock::now(), deadline) << "something still runs";
  EXPECT_GE(ended, 2) << "the server, its si-parse (and the process it forked)";
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(LocalParserTest, SaysWhyItCannotStart) {
  const auto missing = LocalParser::Start({.si_parse = "/no/such/si-parse"});
  EXPECT_EQ(missing.error().code(), Code::kUnavailable);
  EXPECT_THAT(missing.error().message(), HasSubstr("cannot execute /no/such/si-parse"));
  const auto wrong = LocalParser::Start({.si_parse = "/bin/false"});
  EXPECT_THAT(wrong.error().message(), HasSubstr("did not start: exited with code 1"));
  EXPECT_EQ(LocalParser::Start({.si_parse = SI_PARSE_PATH, .workers = 0}).error().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace parsing
