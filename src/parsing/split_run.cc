#include "parsing/split_run.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parsing {
namespace {

namespace proto = parse_protocol;

constexpr int kPagesPerRange = 16;  // fewer do not pay for the process and the way back

// Progress of all ranges, handed from their threads to the caller's.
class Progress {
 public:
  explicit Progress(size_t ranges) : done_(ranges, 0), running_(ranges) {}

  void Set(size_t range, int done) {
    {
      const std::lock_guard lock(mutex_);
      done_[range] = done;
      fresh_ = true;
    }
    changed_.notify_all();
  }
  void End() {
    {
      const std::lock_guard lock(mutex_);
      --running_;
    }
    changed_.notify_all();
  }
  // Tells `progress`, which may be null, until all have ended.
  void Follow(PageProgress* progress, int total) {
    std::unique_lock lock(mutex_);
    while (running_ > 0) {
      changed_.wait(lock, [&] { return fresh_ || running_ == 0; });
      if (!std::exchange(fresh_, false) || progress == nullptr) continue;
      const int done = std::accumulate(done_.begin(), done_.end(), 0);
      lock.unlock();
      progress->OnPage(done, total);
      lock.lock();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<int> done_;
  size_t running_;
  bool fresh_ = false;
};

// Pages first to last, read in a thread of its own.
class Range final : public PageProgress {
 public:
  Range(size_t number, int first, int last, Progress& progress)
      : number_(number), first_(first), last_(last), progress_(progress) {}

  void Start(WorkerPool& pool, DocumentRun::Options options, std::stop_source stop) {
    thread_ = std::jthread([this, &pool, options = std::move(options), stop]() mutable {
      options.task = proto::Task::kReadPages;
      options.first_page = first_;
      options.last_page = last_;
      options.part = &part_;
      options.progress = this;
      options.stop = stop.get_token();
      DocumentRun run(pool, options);
      result_ = run.Run();
      left_out_ = run.left_out();
      if (!*result_) stop.request_stop();  // the others would be for nothing
      progress_.End();
    });
  }
  void Join() { thread_.join(); }

  // After Join.
  base::Result<Parsed>& result() { return *result_; }
  std::string&& TakePart() { return std::move(part_); }
  const std::vector<docling::Diagnostic>& left_out() const { return left_out_; }

 private:
  void OnPage(int done, int) override { progress_.Set(number_, done - (first_ - 1)); }

  const size_t number_;
  const int first_;
  const int last_;
  Progress& progress_;
  std::string part_;
  std::optional<base::Result<Parsed>> result_;
  std::vector<docling::Diagnostic> left_out_;
  std::jthread thread_;
};

// Everything of one document.
class Split {
 public:
  Split(WorkerPool& pool, const DocumentRun::Options& options) : pool_(pool), options_(options) {}

  base::Result<Parsed> Run() {
    const auto begin = std::chrono::steady_clock::now();
    SI_ASSIGN(const int pages, CountPages());
    const int ranges = std::min(pool_.workers(), pages / kPagesPerRange);
    if (ranges < 2) return DocumentRun(pool_, options_).Run();
    SI_TRY(ReadRanges(pages, static_cast<size_t>(ranges)));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    return Compose(std::max(options_.limits.document - took, std::chrono::milliseconds(1)));
  }

 private:
  // 0: not a document that can be read in parts.
  base::Result<int> CountPages() {
    DocumentRun::Options inspect = options_;
    inspect.task = proto::Task::kInspect;
    inspect.progress = nullptr;
    SI_ASSIGN(const Parsed parsed, DocumentRun(pool_, inspect).Run());
    return parsed.facts.mime_type == "application/pdf" ? parsed.facts.page_count : 0;
  }

  base::Result<> ReadRanges(int pages, size_t count) {
    Progress progress(count);
    std::vector<std::unique_ptr<Range>> ranges;
    std::stop_source stop;
    const std::stop_callback on_stop(options_.stop, [&] { stop.request_stop(); });
    for (size_t i = 0; i < count; ++i) {
      const auto bound = [&](size_t n) {
        return static_cast<int>(static_cast<size_t>(pages) * n / count);
      };
      ranges.push_back(std::make_unique<Range>(i, bound(i) + 1, bound(i + 1), progress));
    }
    for (const auto& range : ranges) range->Start(pool_, options_, stop);
    progress.Follow(options_.progress, pages);
    for (const auto& range : ranges) range->Join();
    SI_TRY(FirstError(ranges));
    for (const auto& range : ranges) Take(*range);
    const auto most = static_cast<size_t>(options_.limits.left_out_pages);
    if (found_.size() > most) {
      return base::Fail(base::Code::kTooLarge, "more than " + std::to_string(most) +
                                                   " pages cannot be read; " + found_.back().what);
    }
    found_.insert(found_.end(), std::make_move_iterator(rest_.begin()),
                  std::make_move_iterator(rest_.end()));
    return {};
  }

  // The error that stopped the others, not that of having been stopped.
  base::Result<> FirstError(const std::vector<std::unique_ptr<Range>>& ranges) {
    const base::Error* error = nullptr;
    for (const auto& range : ranges) {
      if (range->result()) continue;
      const base::Error& own = range->result().error();
      const bool better = error == nullptr || (error->code() == base::Code::kCancelled &&
                                               own.code() != base::Code::kCancelled);
      if (better) error = &own;
    }
    return error == nullptr ? base::Result<>() : base::Fail(*error);
  }

  // Pages that were left out are said first, as DocumentRun does.
  void Take(Range& range) {
    parts_.push_back(range.TakePart());
    Parsed& parsed = *range.result();
    const size_t left_out = range.left_out().size();
    for (size_t i = 0; i < parsed.diagnostics.size(); ++i) {
      (i < left_out ? found_ : rest_).push_back(std::move(parsed.diagnostics[i]));
    }
  }

  base::Result<Parsed> Compose(std::chrono::milliseconds left) {
    DocumentRun::Options compose = options_;
    compose.task = proto::Task::kCompose;
    compose.parts = parts_;
    compose.progress = nullptr;
    compose.limits.document = left;
    SI_ASSIGN(Parsed parsed, DocumentRun(pool_, compose).Run());
    found_.insert(found_.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
    parsed.diagnostics = std::move(found_);
    return parsed;
  }

  WorkerPool& pool_;
  const DocumentRun::Options& options_;
  std::vector<std::string> parts_;
  std::vector<docling::Diagnostic> found_;
  std::vector<docling::Diagnostic> rest_;
};

}  // namespace

base::Result<Parsed> RunSplit(WorkerPool& pool, const DocumentRun::Options& options) {
  return Split(pool, options).Run();
}

}  // namespace parsing
