#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>

namespace app {
namespace {

constexpr int64_t kWidth = 24;
constexpr std::chrono::duration<double> kPlainInterval{
    2};  // between two reports where there is no terminal

std::string Duration(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", std::max(1.0, seconds));
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

std::string BarLine(const StepCount& step, std::chrono::duration<double> elapsed) {
  const int64_t finished = step.done + step.failed;
  const int64_t filled = step.total > 0 ? kWidth * finished / step.total : 0;
  std::string line =
      fmt::format("  {:<9}[{}{}] {}/{}", step.name, std::string(static_cast<size_t>(filled), '#'),
                  std::string(static_cast<size_t>(kWidth - filled), '-'), finished, step.total);
  if (step.reused > 0) line += fmt::format("  {} reused", step.reused);
  if (step.failed > 0) line += fmt::format("  {} failed", step.failed);
  if (step.running > 0) line += fmt::format("  {} running", step.running);
  if (finished > 0 && elapsed.count() > 0.5) {
    const double rate = static_cast<double>(finished) / elapsed.count();
    line += fmt::format("  {:.1f}/s", rate);
    if (finished < step.total)
      line += "  about " + Duration(static_cast<double>(step.total - finished) / rate) + " left";
  }
  return line;
}

void ProgressView::Show(const std::vector<StepCount>& steps,
                        std::chrono::duration<double> elapsed) {
  std::vector<std::string> lines;
  for (const StepCount& step : steps) lines.push_back(BarLine(step, elapsed));
  if (!live_) {
    ShowInLog(steps, lines, elapsed);
    return;
  }
  Erase();
  for (const std::string& line : lines) std::fprintf(out_, "%s\n", line.c_str());
  std::fflush(out_);
  drawn_ = lines.size();
  last_ = std::move(lines);
}

// In a log: a line now and then, and the bars once, when all is done.
void ProgressView::ShowInLog(const std::vector<StepCount>& steps,
                             const std::vector<std::string>& lines,
                             std::chrono::duration<double> elapsed) {
  const bool all_done = std::ranges::all_of(
      steps, [](const StepCount& step) { return step.done + step.failed == step.total; });
  if (elapsed < last_shown_) last_shown_ = -kPlainInterval;  // another phase began
  const bool told = all_done ? done_shown_ : elapsed - last_shown_ < kPlainInterval;
  if (told) return;
  done_shown_ = all_done;
  last_shown_ = elapsed;
  std::string line;
  for (const StepCount& step : steps) {
    line += fmt::format("  {} {}/{}", step.name, step.done + step.failed, step.total);
  }
  if (all_done) {
    for (const std::string& bar : lines) std::fprintf(out_, "%s\n", bar.c_str());
  } else {
    std::fprintf(out_, "%s\n", line.c_str());
  }
  std::fflush(out_);
}

void ProgressView::Print(const std::string& line) {
  Erase();
  std::fprintf(out_, "%s\n", line.c_str());
  if (live_) {
    for (const std::string& bar : last_) std::fprintf(out_, "%s\n", bar.c_str());
    drawn_ = last_.size();
  }
  std::fflush(out_);
}

void ProgressView::Erase() {
  if (!live_) return;
  for (; drawn_ > 0; --drawn_) std::fputs("\x1b[1A\x1b[2K", out_);
}

}  // namespace app
