#include "parsing/local_parser.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/files.h"
#include "parsing/document_run.h"
#include "parsing/split_run.h"
#include "parsing/worker_pool.h"

namespace parsing {
namespace {

namespace proto = parse_protocol;
using base::Code;

base::Result<base::Fd> OpenDocument(const ParseRequest& request, const Limits& limits) {
  // O_NONBLOCK: a pipe with that name must not hold us up.
  base::Fd file(open(request.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) {
    return base::Fail(base::FromErrno("cannot open " + request.file.string(), errno));
  }
  struct stat info{};
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return base::Fail(Code::kInvalidArgument, request.file.string() + " is not a file");
  }
  if (static_cast<uint64_t>(info.st_size) > limits.input) {
    return base::Fail(Code::kTooLarge, "the document has " + std::to_string(info.st_size >> 20) +
                                           " MB; " + std::to_string(limits.input >> 20) +
                                           " MB are allowed");
  }
  return file;
}

// A stop token that fires with either of two.
class EitherStop {
 public:
  EitherStop(std::stop_token a, std::stop_token b)
      : from_a_(std::move(a), Request{&source_}), from_b_(std::move(b), Request{&source_}) {}
  std::stop_token token() const { return source_.get_token(); }

 private:
  struct Request {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Request> from_a_;
  std::stop_callback<Request> from_b_;
};

}  // namespace

struct LocalParser::State {
  Options options;
  std::unique_ptr<WorkerPool> pool;
  std::stop_source stop;

  base::Result<Parsed> Run(proto::Task task, const ParseRequest& request, PageProgress* progress,
                           const std::stop_token& caller_stop);
};

base::Result<Parsed> LocalParser::State::Run(proto::Task task, const ParseRequest& request,
                                             PageProgress* progress,
                                             const std::stop_token& caller_stop) {
  const Limits limits = request.limits.value_or(options.limits);
  SI_ASSIGN(const base::Fd file, OpenDocument(request, limits));
  const EitherStop either(caller_stop, stop.get_token());
  const DocumentRun::Options run{.task = task,
                                 .request = request,
                                 .limits = limits,
                                 .file = file.get(),
                                 .crash_attempts = options.crash_attempts,
                                 .progress = progress,
                                 .stop = either.token(),
                                 .log = options.log};
  const bool split = task == proto::Task::kParse && request.split && pool->workers() > 1;
  return split ? RunSplit(*pool, run) : DocumentRun(*pool, run).Run();
}

LocalParser::LocalParser(std::unique_ptr<State> state) : state_(std::move(state)) {}

LocalParser::~LocalParser() { Stop(); }

base::Result<std::unique_ptr<LocalParser>> LocalParser::Start(Options options) {
  SI_ASSIGN(auto pool, WorkerPool::Start({.worker = {.si_parse = options.si_parse,
                                                     .pdfium = options.pdfium,
                                                     .arguments = options.arguments,
                                                     .log = options.log},
                                          .workers = options.workers,
                                          .backoff = options.backoff}));
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->pool = std::move(pool);
  return std::unique_ptr<LocalParser>(new LocalParser(std::move(state)));
}

base::Result<Parsed> LocalParser::Parse(const ParseRequest& request, PageProgress* progress,
                                        std::stop_token stop) {
  return state_->Run(proto::Task::kParse, request, progress, stop);
}

base::Result<Facts> LocalParser::Inspect(const ParseRequest& request, std::stop_token stop) {
  SI_ASSIGN(Parsed parsed, state_->Run(proto::Task::kInspect, request, nullptr, stop));
  return std::move(parsed.facts);
}

void LocalParser::Stop() {
  state_->stop.request_stop();
  state_->pool->Stop();
}

}  // namespace parsing
