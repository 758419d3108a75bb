#include "api/process_numbers.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "base/files.h"

namespace api {
namespace {

// The seconds since 1970 at which the machine started.
double BootTime() {
  const auto text = base::ReadFile("/proc/stat", 1 << 20);
  const size_t at = text ? text->find("\nbtime ") : std::string::npos;
  return at == std::string::npos ? 0 : std::strtod(text->c_str() + at + 7, nullptr);
}

// Fields of /proc/self/stat after the name, which may hold blanks: the third is the first here.
void ReadStat(ProcessNumbers& numbers) {
  const auto text = base::ReadFile("/proc/self/stat", 1 << 16);
  const size_t name_end = text ? text->rfind(')') : std::string::npos;
  if (name_end == std::string::npos) return;
  std::istringstream fields(text->substr(name_end + 1));
  std::string skipped;
  const auto skip = [&](int n) {
    for (int i = 0; i < n; ++i) fields >> skipped;
  };
  double user = 0, system = 0, started = 0, resident_pages = 0;
  skip(11);  // 3 to 13
  fields >> user >> system;
  skip(4);  // 16 to 19
  fields >> numbers.threads;
  skip(1);
  fields >> started >> numbers.virtual_bytes >> resident_pages;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  numbers.cpu_seconds = (user + system) / ticks;
  numbers.resident_bytes = static_cast<int64_t>(resident_pages) * sysconf(_SC_PAGESIZE);
  if (const double boot = BootTime(); boot > 0) numbers.start_time_seconds = boot + started / ticks;
}

}  // namespace

ProcessNumbers ReadProcessNumbers() {
  ProcessNumbers numbers;
  ReadStat(numbers);
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    ++numbers.open_fds;
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    numbers.max_fds = static_cast<int64_t>(limit.rlim_cur);
  }
  return numbers;
}

}  // namespace api
