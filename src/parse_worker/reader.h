// What a forked process does with the bytes of its document.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "parse_protocol/messages.h"

namespace parse_worker {

// The document. Views: valid for the call.
struct Source {
  std::string_view bytes;
  std::string_view filename;
  std::string_view mime_type;
  std::set<int> skip_pages = {};  // 1-based; not to be looked at
};

// Told what is done while reading.
class Pages {
 public:
  virtual ~Pages() = default;
  virtual void OnPage(int done, int total) = 0;
};

// A document as it goes back to the server.
struct Reading {
  std::string document_json;
  std::string markdown;
  parse_protocol::Facts facts;
};

// Reads documents. An interface, so that a test can put a reader that misbehaves on order in front
// of the real one. Lives in the parent and is used in its forks: it must hold nothing that does not
// survive a fork (threads, timers).
class Reader {
 public:
  virtual ~Reader() = default;
  virtual base::Result<Reading> Parse(const Source& source, docling::DiagnosticSink& diagnostics,
                                      Pages& pages) = 0;
  virtual base::Result<parse_protocol::Facts> Inspect(const Source& source,
                                                      docling::DiagnosticSink& diagnostics) = 0;
  // Pages `first` to `last` of a long document, as Compose takes them.
  virtual base::Result<std::string> ReadPages(const Source& source, int32_t first, int32_t last,
                                              docling::DiagnosticSink& diagnostics,
                                              Pages& pages) = 0;
  virtual base::Result<Reading> Compose(const Source& source, std::span<const std::string> parts,
                                        docling::DiagnosticSink& diagnostics) = 0;
};

}  // namespace parse_worker
