// What a reader of outside bytes had to drop or guess. Damage is not failure: readers report here
// and go on; only "not this format", "encrypted" and "over limits" are errors.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace docling {

enum class Severity { kInfo, kWarning, kError };

// One finding: what was dropped or repaired, and where ("page 7", "sheet Costs, row 12").
struct Diagnostic {
  Severity severity = Severity::kWarning;
  std::string what;
  std::string where;
};

// Receives findings in the order they are made. Called from the reading thread only. An interface,
// because the worker streams them over a pipe while tests and tools collect them.
class DiagnosticSink {
 public:
  virtual ~DiagnosticSink() = default;
  virtual void Report(Diagnostic diagnostic) = 0;
};

// Keeps everything that was reported.
class CollectedDiagnostics : public DiagnosticSink {
 public:
  void Report(Diagnostic diagnostic) override { found.push_back(std::move(diagnostic)); }

  std::vector<Diagnostic> found;
};

}  // namespace docling
