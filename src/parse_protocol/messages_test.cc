#include "parse_protocol/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace parse_protocol {
namespace {

using base::Code;
using ::testing::HasSubstr;

process::Frame FrameOf(const Encoded& encoded) {
  return {.id = encoded.id,
          .header = encoded.header,
          .block = std::string(encoded.block),
          .fd = base::Fd()};
}

template <typename T>
T Round(const T& message) {
  return std::get<T>(DecodeEvent(FrameOf(Encode(Event(message)))).value());
}

TEST(Messages, JobComesThroughWhole) {
  const Job job{.task = Task::kInspect,
                .filename = "naïve \"name\".pdf",
                .mime_type = "application/pdf",
                .max_input = 1,
                .max_memory = uint64_t{5} << 30,
                .cpu_seconds = 3,
                .skip_pages = {17, 3}};
  const Job back = DecodeJob(FrameOf(Encode(job))).value();
  EXPECT_EQ(back.task, job.task);
  EXPECT_EQ(back.filename, job.filename);
  EXPECT_EQ(back.mime_type, job.mime_type);
  EXPECT_EQ(back.max_input, job.max_input);
  EXPECT_EQ(back.max_memory, job.max_memory);
  EXPECT_EQ(back.cpu_seconds, job.cpu_seconds);
  EXPECT_EQ(back.skip_pages, job.skip_pages);
}

TEST(Messages, EventsComeThroughWhole) {
  EXPECT_EQ(Round(Page{.done = 3, .total = 17}).done, 3);
  EXPECT_EQ(Round(Document{"{\"name\":\"ü\"}"}).json, "{\"name\":\"ü\"}");
  EXPECT_EQ(Round(Markdown{""}).text, "");
  EXPECT_EQ(Round(Part{std::string("\0\xff", 2)}).bytes, std::string("\0\xff", 2));
  EXPECT_EQ(Round(Failure{.code = Code::kEncrypted, .message = "locked"}).code, Code::kEncrypted);
  const Result result =
      Round(Result{.facts = {.mime_type = "text/html",
                             .page_count = 2,
                             .title = "T",
                             .author = "A",
                             .subject = "S",
                             .keywords = "K"},
                   .diagnostics = {{docling::Severity::kError, "broken font", "page 2"}},
                   .pages = {{1, 2, docling::PageSource::kOcr, 0.5}}});
  EXPECT_EQ(result.pages,
            (std::vector<docling::PageOrigin>{{1, 2, docling::PageSource::kOcr, 0.5}}));
  EXPECT_EQ(result.facts.page_count, 2);
  EXPECT_EQ(result.facts.keywords, "K");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].severity, docling::Severity::kError);
  EXPECT_EQ(result.diagnostics[0].where, "page 2");
}

TEST(Messages, ControlMessagesComeThroughWhole) {
  const ToServer ended = Ended{.wait_status = 9, .memory = 77};
  EXPECT_EQ(std::get<Ended>(DecodeToServer(FrameOf(Encode(ended))).value()).memory, 77U);
  const ToServer ready = Ready{.sandbox = {"seccomp"}, .notes = {"no landlock"}, .error = ""};
  EXPECT_EQ(std::get<Ready>(DecodeToServer(FrameOf(Encode(ready))).value()).notes.size(), 1U);
  EXPECT_TRUE(
      std::holds_alternative<Kill>(DecodeToWorker(FrameOf(Encode(ToWorker(Kill{})))).value()));
}

TEST(Messages, LongAndBrokenTextsAreCutToValidUtf8) {
  Result result;
  result.facts.title = std::string(3999, 'x') + "ü";  // the cut falls inside the letter
  result.facts.author = "\xff\xfe";
  result.diagnostics.resize(2000, {docling::Severity::kWarning, std::string(5000, 'w'), "p"});
  const Encoded encoded = Encode(Event(result));
  EXPECT_LT(encoded.header.size(), process::FrameLimits().header);
  const Result back = Round(result);
  EXPECT_EQ(back.facts.title, std::string(3999, 'x'));
  EXPECT_EQ(back.facts.author, "\uFFFD\uFFFD");
  ASSERT_EQ(back.diagnostics.size(), 501U);
  EXPECT_EQ(back.diagnostics.back().what, "1500 more findings");
}

TEST(Messages, FindingsThatGrowInJsonStillFitTheHeader) {
  Result result;
  result.diagnostics.resize(
      500, {docling::Severity::kWarning, std::string(800, '\1'), std::string(800, '\xff')});
  const Encoded encoded = Encode(Event(result));
  EXPECT_LT(encoded.header.size(), process::FrameLimits().header);
  EXPECT_THAT(Round(result).diagnostics.back().what, HasSubstr("more findings"));
}

TEST(Messages, NonsenseIsRefused) {
  const std::string facts =
      R"("facts":{"mime_type":"","page_count":1,"title":"","author":"","subject":"","keywords":""})";
  const uint32_t page = Encode(Event(Page{})).id;
  const uint32_t text = Encode(Event(Markdown{})).id;
  const uint32_t result = Encode(Event(Result{})).id;
  struct Row {
    uint32_t id;
    std::string header;
    std::string block;
  };
  const Row rows[] = {
      {0, "{}", ""},
      {99, "{}", ""},
      {page, "", ""},
      {page, "{", ""},
      {page, R"({"done":1})", ""},
      {page, R"({"done":-1,"total":3})", ""},
      {page, R"({"done":4,"total":3})", ""},
      {page, R"({"done":1,"total":99999999999})", ""},
      {text, "{}", "\xff"},
      {result, "{}", ""},
      {result, "{" + facts + R"(,"diagnostics":[{"severity":7,"what":"","where":""}]})", ""},
      {result, "{" + facts + R"(,"diagnostics":7})", ""},
  };
  for (const Row& row : rows) {
    const auto event = DecodeEvent(FrameOf({row.id, row.header, row.block}));
    ASSERT_FALSE(event) << row.id << " " << row.header;
    EXPECT_EQ(event.error().code(), Code::kDamaged);
    EXPECT_THAT(event.error().message(), HasSubstr("makes no sense"));
  }
}

// A taken-over parser must not be able to claim "try again later" for ever.
TEST(Messages, FailuresAreNeverRetryableUnlessOurBug) {
  for (const char* code : {"timeout", "unavailable", "exhausted", "io", "what", ""}) {
    const uint32_t id = Encode(Event(Failure{})).id;
    const auto event =
        DecodeEvent(FrameOf({id, std::string(R"({"code":")") + code + R"(","message":"m"})", ""}));
    EXPECT_EQ(std::get<Failure>(event.value()).code, Code::kInternal) << code;
  }
}

}  // namespace
}  // namespace parse_protocol
