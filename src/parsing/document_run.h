// One document through as many attempts as it deserves.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "docling/diagnostics.h"
#include "parse_protocol/messages.h"
#include "parsing/attempt.h"
#include "parsing/parser.h"
#include "parsing/worker_pool.h"

namespace parsing {

// (attempt, again)*: a crash is tried again, to tell the document's fault from chance; what fails
// on the same page is tried without that page. Everything within one document deadline. Not
// thread-safe; used once.
class DocumentRun {
 public:
  struct Options {
    parse_protocol::Task task = parse_protocol::Task::kParse;
    const ParseRequest& request;
    Limits limits;
    int file = -1;  // the open document
    int crash_attempts = 2;
    int32_t first_page = 0;  // these as in AttemptOptions
    int32_t last_page = 0;
    std::string* part = nullptr;
    std::span<const std::string> parts = {};
    PageProgress* progress = nullptr;
    std::stop_token stop;
    base::Log log;
  };

  DocumentRun(WorkerPool& pool, const Options& options) : pool_(pool), options_(options) {}

  base::Result<Parsed> Run();
  // One for each page that was left out.
  const std::vector<docling::Diagnostic>& left_out() const { return left_out_; }

 private:
  bool TryAgain(const Attempt& attempt);

  WorkerPool& pool_;
  const Options& options_;
  int crashes_ = 0;  // in a row, with the same pages left out
  std::vector<int32_t> skip_pages_;
  std::vector<docling::Diagnostic> left_out_;  // one for each of skip_pages_
};

}  // namespace parsing
