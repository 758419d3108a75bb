#include "parse_worker/job.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "process/frames.h"

namespace parse_worker {
namespace {

namespace proto = parse_protocol;

constexpr int kConnectionFd = 3;
constexpr auto kJobDeadline = std::chrono::seconds(10);  // the server sends it with the fork

// The last line against outliving everybody is the parent's death; then all that is not ours is
// closed: of the parent's descriptors only the connection is left.
bool Isolate(const JobContext& context, int connection) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != context.parent_pid) return false;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int last_silent = kSanitized ? STDOUT_FILENO : STDERR_FILENO;  // keep reports readable
  if (dup2(context.null_fd, STDIN_FILENO) < 0) return false;
  for (int fd = STDOUT_FILENO; fd <= last_silent; ++fd) {
    if (dup2(context.null_fd, fd) < 0) return false;
  }
  if (connection != kConnectionFd && dup2(connection, kConnectionFd) < 0) return false;
  return close_range(kConnectionFd + 1, ~0U, 0) == 0;
}

// The server's end of this document. When it is gone, so is the reason to go on.
class Answer final : public Pages {
 public:
  explicit Answer(process::FrameChannel& channel) : channel_(channel) {}

  void Send(const proto::Event& event) {
    const proto::Encoded encoded = proto::Encode(event);
    if (!channel_.Send(encoded.id, encoded.header, encoded.block)) _exit(proto::kExitLostPeer);
  }
  void OnPage(int done, int total) override { Send(proto::Page{.done = done, .total = total}); }
  [[noreturn]] void Fail(const base::Error& error) {
    Send(proto::Failure{.code = error.code(), .message = error.message()});
    _exit(proto::kExitDone);
  }

 private:
  process::FrameChannel& channel_;
};

// The document mapped into memory; the descriptor is closed.
base::Result<std::string_view> Map(base::Fd file, uint64_t max_size) {
  struct stat info{};
  if (!file.valid() || fstat(file.get(), &info) != 0) {
    return base::Fail(base::Code::kInternal, "no document came with the job");
  }
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > max_size) {
    return base::Fail(base::Code::kTooLarge, "the document has " + std::to_string(size >> 20) +
                                                 " MB; " + std::to_string(max_size >> 20) +
                                                 " MB are allowed");
  }
  if (size == 0) return std::string_view();
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (bytes == MAP_FAILED) return base::Fail(base::FromErrno("cannot map the document", errno));
  return std::string_view(static_cast<const char*>(bytes), size);
}

// What the reader makes of it goes out; what it has found comes last.
base::Result<proto::Result> Carry(Reader& reader, const proto::Job& job, const Source& source,
                                  std::span<const std::string> parts,
                                  docling::CollectedDiagnostics& diagnostics, Answer& answer) {
  proto::Result result;
  if (job.task == proto::Task::kInspect) {
    SI_ASSIGN(result.facts, reader.Inspect(source, diagnostics));
  } else if (job.task == proto::Task::kReadPages) {
    SI_ASSIGN(std::string part,
              reader.ReadPages(source, job.first_page, job.last_page, diagnostics, answer));
    answer.Send(proto::Part{std::move(part)});
  } else {
    SI_ASSIGN(Reading reading, job.task == proto::Task::kCompose
                                   ? reader.Compose(source, parts, diagnostics)
                                   : reader.Parse(source, diagnostics, answer));
    answer.Send(proto::Document{std::move(reading.document_json)});
    answer.Send(proto::Markdown{std::move(reading.markdown)});
    result.facts = std::move(reading.facts);
  }
  result.diagnostics = std::move(diagnostics.found);
  result.pages = std::move(diagnostics.pages);
  return result;
}

void ReadAndAnswer(Reader& reader, const proto::Job& job, const Source& source,
                   std::span<const std::string> parts, Answer& answer) {
  docling::CollectedDiagnostics diagnostics;
  auto result = Carry(reader, job, source, parts, diagnostics, answer);
  if (!result) answer.Fail(result.error());
  answer.Send(std::move(*result));
}

base::Result<std::vector<std::string>> ReceiveParts(process::FrameChannel& channel, int32_t count) {
  std::vector<std::string> parts;
  for (int32_t i = 0; i < count; ++i) {
    SI_ASSIGN(process::Frame frame, channel.Receive(process::WaitFor(kJobDeadline)));
    SI_ASSIGN(proto::Part part, proto::DecodePart(std::move(frame)));
    parts.push_back(std::move(part.bytes));
  }
  return parts;
}

base::Result<std::pair<proto::Job, base::Fd>> ReceiveJob(process::FrameChannel& channel) {
  SI_ASSIGN(process::Frame frame, channel.Receive(process::WaitFor(kJobDeadline)));
  SI_ASSIGN(proto::Job job, proto::DecodeJob(frame));
  return std::pair(std::move(job), std::move(frame.fd));
}

}  // namespace

void RunJob(const JobContext& context, int connection) {
  if (!Isolate(context, connection)) _exit(proto::kExitNoSandbox);
  process::FrameChannel channel{base::Fd(kConnectionFd)};
  Answer answer(channel);
  auto received = ReceiveJob(channel);
  if (!received) _exit(proto::kExitLostPeer);
  const proto::Job& job = received->first;
  const auto parts = ReceiveParts(channel, job.parts);
  if (!parts) _exit(proto::kExitLostPeer);
  const auto bytes = Map(std::move(received->second), job.max_input);
  if (!bytes) answer.Fail(bytes.error());

  const JobLimits limits{
      .memory = job.max_memory, .mapped = bytes->size(), .cpu_seconds = job.cpu_seconds};
  if (!ApplyLimits(limits, context.baseline) || !context.sandbox.EnterChild()) {
    _exit(proto::kExitNoSandbox);
  }
  // From here on the process is the document's.
  try {
    const Source source{.bytes = *bytes,
                        .filename = job.filename,
                        .mime_type = job.mime_type,
                        .skip_pages = {job.skip_pages.begin(), job.skip_pages.end()}};
    ReadAndAnswer(context.reader, job, source, *parts, answer);
  } catch (const std::exception& error) {
    answer.Fail(base::Error(base::Code::kDamaged,
                            std::string("the reader gave up on this document: ") + error.what()));
  }
  _exit(proto::kExitDone);
}

}  // namespace parse_worker
