// Documents in, DoclingDocument and Markdown out: the door behind which untrusted bytes are read.
//
// An interface, because documents can be read by our own sandboxed processes (local_parser.h), by
// something else over the network, or in tests by a script (fake_parser.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "parse_protocol/messages.h"

namespace parsing {

// {mime_type, page_count, title, author, subject, keywords}
using Facts = parse_protocol::Facts;

// What one document may cost. Over them it fails with kTooLarge, for good.
struct Limits {
  std::chrono::milliseconds page{10'000};       // one page
  std::chrono::milliseconds document{600'000};  // all of it
  std::chrono::milliseconds quiet{60'000};  // without a sign of life while no page is being read
  uint64_t memory = uint64_t{1} << 30;      // bytes beyond those of an idle parser
  uint64_t input = uint64_t{512} << 20;     // bytes of the file
  uint64_t output = uint64_t{256} << 20;    // bytes of JSON, and of Markdown
  // A page that takes too long or crashes the parser is left out, with a diagnostic of severity
  // kError, and the others are read: for at most so many pages of a document.
  int left_out_pages = 3;
};

struct ParseRequest {
  std::filesystem::path file;         // opened here, read there
  std::string filename;               // what the sender called it; its extension is a hint
  std::string mime_type = {};         // what the sender stated; a hint
  std::optional<Limits> limits = {};  // the parser's own when not set
  bool split = false;  // ranges of a long PDF's pages side by side: the same result, sooner
};

struct Parsed {
  std::string document_json;
  std::string markdown;
  int page_count = 0;                            // 0 for formats without pages
  Facts facts;                                   // as far as reading showed them; Inspect says all
  std::vector<docling::Diagnostic> diagnostics;  // what had to be dropped or guessed
  std::vector<docling::PageOrigin> pages;        // where their text came from, in order
};

// Told while Parse runs, from the thread that called Parse: `done` pages of `total` are read.
// Starts afresh when a page is left out.
class PageProgress {
 public:
  virtual ~PageProgress() = default;
  virtual void OnPage(int done, int total) = 0;
};

// Thread-safe; a call waits until one of the workers is free. A requested stop ends the work within
// a second: kCancelled. Errors say in a sentence for people what happened:
//   permanent   kUnsupported, kEncrypted, kInvalidArgument (empty), kDamaged (also: crashed the
//               parser repeatedly), kTooLarge (over a limit: which, and how much was allowed)
//   retryable   kUnavailable (a parser was killed from outside), kIo
class Parser {
 public:
  virtual ~Parser() = default;

  // `progress` may be null.
  virtual base::Result<Parsed> Parse(const ParseRequest& request, PageProgress* progress,
                                     std::stop_token stop) = 0;
  // Opens the document for real, without converting it.
  virtual base::Result<Facts> Inspect(const ParseRequest& request, std::stop_token stop) = 0;
};

}  // namespace parsing
