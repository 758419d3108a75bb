// The Parser that reads documents on this machine, in si-parse processes without rights.
//
//   SI_ASSIGN(auto parser, parsing::LocalParser::Start({.si_parse = …, .pdfium = …, .workers =
//   2})); SI_ASSIGN(parsing::Parsed parsed, parser->Parse({.file = path, .filename = "a.pdf"},
//   nullptr, {}));
//
// Each document gets a process of its own, forked from one of `workers` parents that have all
// loaded and all rights dropped; it is killed when it exceeds a limit. A parent that dies is
// replaced. Nothing of all this outlives this process, even when it is killed with kill -9.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "parsing/parser.h"
#include "process/backoff.h"

namespace parsing {

// Thread-safe. Uses the threads of its callers; at most `workers` documents are read at once, who
// comes later waits.
class LocalParser final : public Parser {
 public:
  struct Options {
    std::filesystem::path si_parse;     // the program
    std::filesystem::path pdfium = {};  // libpdfium.so; empty: PDFs are refused
    int workers = 2;
    Limits limits = {};      // for requests that bring none
    int crash_attempts = 2;  // a document that crashes its parser this often is given up
    process::Backoff::Options backoff = {};
    std::vector<std::string> arguments = {};  // more, for si-parse; for tests
    base::Log log = {};
  };

  // Starts the first si-parse: kUnavailable with the reason when that fails.
  static base::Result<std::unique_ptr<LocalParser>> Start(Options options);
  ~LocalParser() override;

  base::Result<Parsed> Parse(const ParseRequest& request, PageProgress* progress,
                             std::stop_token stop) override;
  base::Result<Facts> Inspect(const ParseRequest& request, std::stop_token stop) override;

  // Cancels what is being read (kCancelled), refuses what comes (kUnavailable), ends all processes.
  // Returns when that is done; within about a second.
  void Stop();

 private:
  struct State;
  explicit LocalParser(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace parsing
