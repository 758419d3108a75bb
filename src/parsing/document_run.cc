#include "parsing/document_run.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace parsing {

base::Result<Parsed> DocumentRun::Run() {
  const auto deadline = std::chrono::steady_clock::now() + options_.limits.document;
  while (true) {
    SI_ASSIGN(WorkerPool::Lease lease, pool_.Acquire(options_.stop));
    Attempt attempt = RunAttempt(lease.worker(), {.task = options_.task,
                                                  .request = options_.request,
                                                  .limits = options_.limits,
                                                  .file = options_.file,
                                                  .deadline = deadline,
                                                  .skip_pages = skip_pages_,
                                                  .first_page = options_.first_page,
                                                  .last_page = options_.last_page,
                                                  .part = options_.part,
                                                  .parts = options_.parts,
                                                  .progress = options_.progress,
                                                  .stop = options_.stop});
    if (attempt.worker_lost) lease.MarkLost();
    if (TryAgain(attempt)) continue;
    if (attempt.result) {
      auto& diagnostics = attempt.result->diagnostics;
      diagnostics.insert(diagnostics.begin(), left_out_.begin(), left_out_.end());
    }
    return std::move(attempt.result);
  }
}

bool DocumentRun::TryAgain(const Attempt& attempt) {
  if (attempt.result) return false;
  const std::string& error = attempt.result.error().message();
  if (attempt.crashed) {
    options_.log.Warning("a document crashed its parser",
                         {{"file", options_.request.filename}, {"error", error}});
    if (++crashes_ < options_.crash_attempts) return true;
  }
  const auto limit = static_cast<size_t>(options_.limits.left_out_pages);
  const bool again = std::ranges::count(skip_pages_, attempt.page) > 0;
  if (attempt.page == 0 || again || skip_pages_.size() >= limit) return false;
  crashes_ = 0;
  skip_pages_.push_back(attempt.page);
  const std::string page = "page " + std::to_string(attempt.page);
  left_out_.push_back({docling::Severity::kError, page + " was left out: " + error, page});
  options_.log.Warning("a page is left out",
                       {{"file", options_.request.filename}, {"error", error}});
  return true;
}

}  // namespace parsing
