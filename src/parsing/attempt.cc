#include "parsing/attempt.h"

#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "process/child.h"

namespace parsing {
namespace {

namespace proto = parse_protocol;
using base::Code;
using Clock = std::chrono::steady_clock;

constexpr auto kEndDeadline = std::chrono::seconds(5);   // for a process that closed its socket
constexpr auto kKillDeadline = std::chrono::seconds(1);  // for one that was killed
constexpr auto kCpuSlack = std::chrono::seconds(2);

std::string Seconds(std::chrono::milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(time.count()) / 1000);
  return text;
}

std::string Megabytes(uint64_t bytes) { return std::to_string(bytes >> 20) + " MB"; }

// The talk with the process that reads: follows its events, knows how long it may still take.
class Conversation {
 public:
  Conversation(process::FrameChannel& channel, const AttemptOptions& options)
      : channel_(channel), options_(options) {}

  // Until the last message came (empty), or with the reason why it will not.
  base::Result<> Run() {
    SI_TRY(SendJob());
    while (!finished_) {
      SI_ASSIGN(process::Frame frame, channel_.Receive({Deadline(), options_.stop}));
      SI_ASSIGN(proto::Event event, proto::DecodeEvent(std::move(frame)));
      SI_TRY(std::visit([this](auto& message) { return On(message); }, event));
    }
    return {};
  }

  base::Result<Parsed> Take() {
    if (failure_) return base::Fail(failure_->code, std::move(failure_->message));
    parsed_.page_count = parsed_.facts.page_count;
    return std::move(parsed_);
  }

  // What took too long, now that the deadline has passed.
  base::Error TooLong() const {
    const Limits& limits = options_.limits;
    if (Clock::now() >= options_.deadline) {
      return {Code::kTooLarge, "the document took longer than " + Seconds(limits.document)};
    }
    if (ReadingPage()) {
      return {Code::kTooLarge,
              "page " + std::to_string(done_ + 1) + " took longer than " + Seconds(limits.page)};
    }
    return {Code::kTooLarge, "the document made no progress for " + Seconds(limits.quiet)};
  }

  // " while reading page 3 of 12"
  std::string Where() const {
    if (!ReadingPage()) return "";
    return " while reading page " + std::to_string(done_ + 1) + " of " + std::to_string(total_);
  }

  // The page that could be left out, since there are others. 0: none.
  int PageToBlame() const {
    return ReadingPage() && total_ > 1 && Clock::now() < options_.deadline ? done_ + 1 : 0;
  }

 private:
  base::Result<> SendJob() {
    const auto cpu = std::chrono::ceil<std::chrono::seconds>(options_.limits.document) + kCpuSlack;
    const proto::Job job{.task = options_.task,
                         .filename = options_.request.filename,
                         .mime_type = options_.request.mime_type,
                         .max_input = options_.limits.input,
                         .max_memory = options_.limits.memory,
                         .cpu_seconds = static_cast<uint64_t>(cpu.count()),
                         .skip_pages = options_.skip_pages,
                         .first_page = options_.first_page,
                         .last_page = options_.last_page,
                         .parts = static_cast<int32_t>(options_.parts.size())};
    SI_TRY(Send(proto::Encode(job), options_.file));
    for (const std::string& part : options_.parts) {
      SI_TRY(Send({.id = proto::Encode(proto::Part{}).id, .header = "{}", .block = part}, -1));
    }
    return {};
  }

  base::Result<> Send(const proto::Encoded& message, int file) {
    return channel_.Send(message.id, message.header, message.block, {Deadline(), options_.stop},
                         file);
  }

  bool ReadingPage() const { return done_ < total_; }

  Clock::time_point Deadline() const {
    const auto patience = ReadingPage() ? options_.limits.page : options_.limits.quiet;
    return std::min(last_sign_ + patience, options_.deadline);
  }

  // Only what goes forward counts as a sign of life.
  base::Result<> On(const proto::Page& page) {
    if (page.done <= done_ && total_ != 0) return {};
    done_ = page.done;
    total_ = page.total;
    last_sign_ = Clock::now();
    if (options_.progress != nullptr) options_.progress->OnPage(done_, total_);
    return {};
  }
  base::Result<> On(proto::Document& document) {
    parsed_.document_json = std::move(document.json);
    return {};
  }
  base::Result<> On(proto::Markdown& markdown) {
    parsed_.markdown = std::move(markdown.text);
    return {};
  }
  base::Result<> On(proto::Part& part) {
    if (options_.part == nullptr) return base::Fail(Code::kDamaged, "a part that nobody wants");
    *options_.part = std::move(part.bytes);
    return {};
  }
  base::Result<> On(proto::Result& result) {
    const bool document =
        options_.task == proto::Task::kParse || options_.task == proto::Task::kCompose;
    if ((document && parsed_.document_json.empty()) ||
        (options_.part != nullptr && options_.part->empty())) {
      return base::Fail(Code::kDamaged, "the parser sent a result without a document");
    }
    parsed_.facts = std::move(result.facts);
    parsed_.diagnostics = std::move(result.diagnostics);
    parsed_.pages = std::move(result.pages);
    finished_ = true;
    return {};
  }
  base::Result<> On(proto::Failure& failure) {
    failure_ = std::move(failure);
    finished_ = true;
    return {};
  }

  process::FrameChannel& channel_;
  const AttemptOptions& options_;
  Clock::time_point last_sign_ = Clock::now();
  int32_t done_ = 0;
  int32_t total_ = 0;
  bool finished_ = false;
  Parsed parsed_;
  std::optional<proto::Failure> failure_;
};

Attempt Permanent(base::Error error) { return {.result = base::Fail(std::move(error))}; }

Attempt Lost(Worker& worker) {
  return {.result =
              base::Fail(Code::kUnavailable, "the parser process was lost: " + worker.HowItEnded()),
          .worker_lost = true};
}

base::Error TooMuchMemory(const Limits& limits) {
  return {Code::kTooLarge,
          "the document needed more than " + Megabytes(limits.memory) + " of memory"};
}

bool NearLimit(const proto::Ended& ended, const Limits& limits) {
  return ended.memory >= limits.memory - limits.memory / 10;
}

Attempt Crash(const std::string& how, const Conversation& conversation) {
  return {.result = base::Fail(Code::kDamaged, "the parser crashed (" + how + ") on this document" +
                                                   conversation.Where()),
          .crashed = true,
          .page = conversation.PageToBlame()};
}

// The process ended without a last message: why?
Attempt Explain(const proto::Ended& ended, const Limits& limits, const Conversation& conversation) {
  const process::Exit exit = process::ExitFromStatus(ended.wait_status);
  if (exit.signal == SIGXCPU) {
    return Permanent(
        {Code::kTooLarge, "the document took longer than " + Seconds(limits.document)});
  }
  const bool told = exit.signal == 0 && exit.code == proto::kExitOutOfMemory;
  if (told || NearLimit(ended, limits)) {
    Attempt attempt = Permanent(TooMuchMemory(limits));
    attempt.page = conversation.PageToBlame();
    return attempt;
  }
  if (exit.signal == SIGKILL) {
    return {.result = base::Fail(
                Code::kUnavailable,
                "the parser was killed from outside, perhaps because the machine ran out of "
                "memory")};
  }
  if (exit.signal == 0 && exit.code == proto::kExitNoSandbox) {
    return {.result = base::Fail(Code::kUnavailable, "the parser could not drop its rights")};
  }
  if (exit.signal == 0) return Crash("exit code " + std::to_string(exit.code), conversation);
  const char* name = sigdescr_np(exit.signal);
  return Crash(
      "signal " + std::to_string(exit.signal) + (name != nullptr ? ", " + std::string(name) : ""),
      conversation);
}

// The talk broke off with `error`. By now the process may be alive, dying or dead; when this
// returns it is dead.
Attempt BreakOff(Worker& worker, const base::Error& error, const AttemptOptions& options,
                 const Conversation& conversation) {
  const bool closed = error.code() == Code::kUnavailable;
  const base::Error too_long = conversation.TooLong();
  const int page = conversation.PageToBlame();
  if (!closed) worker.KillJob();
  const auto ended = worker.AwaitEnd(closed ? Clock::duration(kEndDeadline) : kKillDeadline);
  Attempt attempt = Permanent(error);
  if (closed) {
    if (!ended) return Lost(worker);
    return Explain(*ended, options.limits, conversation);
  }
  if (error.code() == Code::kTimeout) {
    attempt = Permanent(too_long);
    attempt.page = page;
  }
  if (error.code() == Code::kCancelled) {
    attempt = Permanent({Code::kCancelled, "parsing was cancelled"});
  }
  if (error.code() == Code::kTooLarge) {
    attempt = Permanent({Code::kTooLarge,
                         "the parsed document is larger than " + Megabytes(options.limits.output)});
  }
  if (error.code() == Code::kDamaged) {
    attempt = Permanent({Code::kDamaged, "the parser answered nonsense on this document" +
                                             conversation.Where() + ": " + error.message()});
    attempt.crashed = true;
    attempt.page = page;
  }
  attempt.worker_lost = !ended;
  return attempt;
}

}  // namespace

Attempt RunAttempt(Worker& worker, const AttemptOptions& options) {
  auto channel = worker.Fork(options.limits.output);
  if (!channel) return Lost(worker);
  Conversation conversation(**channel, options);
  if (const auto ran = conversation.Run(); !ran) {
    return BreakOff(worker, ran.error(), options, conversation);
  }
  Attempt attempt{.result = conversation.Take()};
  channel->reset();
  if (!worker.AwaitEnd(kEndDeadline)) {
    worker.KillJob();
    attempt.worker_lost = !worker.AwaitEnd(kKillDeadline);
  }
  return attempt;
}

}  // namespace parsing
