// Progress of an ingest for a person at a terminal: a bar per step, redrawn in place; plain lines
// where there is no terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace app {

// Where one step stands over all documents.
struct StepCount {
  std::string name;
  int64_t total = 0;
  int64_t done = 0;    // completed, computed or taken from an earlier run
  int64_t reused = 0;  // of those, taken from an earlier run
  int64_t failed = 0;
  int64_t running = 0;
};

// "parse   [######------] 12/22  3 running  8.1/s  about 2 s left"
std::string BarLine(const StepCount& step, std::chrono::duration<double> elapsed);

// Not thread-safe.
class ProgressView {
 public:
  // `out` is not owned; `live` says whether it can be redrawn (a terminal).
  ProgressView(std::FILE* out, bool live) : out_(out), live_(live) {}

  void Show(const std::vector<StepCount>& steps, std::chrono::duration<double> elapsed);
  // A line that stays, above the bars.
  void Print(const std::string& line);

 private:
  void ShowInLog(const std::vector<StepCount>& steps, const std::vector<std::string>& lines,
                 std::chrono::duration<double> elapsed);
  void Erase();

  std::FILE* const out_;
  const bool live_;
  size_t drawn_ = 0;  // lines on the screen that Show draws over
  std::vector<std::string> last_;
  std::chrono::duration<double> last_shown_{-10};
  bool done_shown_ = false;
};

}  // namespace app
