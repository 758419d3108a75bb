#include "parse_worker/limits.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "parse_protocol/messages.h"
#include "parse_worker/sandbox.h"

namespace parse_worker {
namespace {

constexpr suseconds_t kWatchMicroseconds = 5000;
constexpr rlim_t kOpenFiles = 8;  // 0 to 3 are open; poll() wants the limit above its count

// The watchdog is a signal handler: it can only reach what is global. Set once per process, before
// the timer starts.
volatile uint64_t g_resident_limit = 0;

uint64_t PeakResident() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

void Watch(int) {
  if (PeakResident() > g_resident_limit) _exit(parse_protocol::kExitOutOfMemory);
}

void OnAllocationFailure() { _exit(parse_protocol::kExitOutOfMemory); }

// Can one more page be had under a soft limit of `limit`?
bool FitsUnder(__rlimit_resource_t resource, rlim_t limit, rlim_t hard) {
  const rlimit trial{limit, hard};
  if (setrlimit(resource, &trial) != 0) return true;
  constexpr size_t kPage = 4096;
  void* page = mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  munmap(page, kPage);
  return true;
}

// How much counts for RLIMIT_DATA now: found by trying limits, since /proc may not be there.
uint64_t DataInUse() {
  rlimit before{};
  getrlimit(RLIMIT_DATA, &before);
  rlim_t low = 0;
  rlim_t high = rlim_t{1} << 40;
  while (high - low > 64 * 1024) {
    const rlim_t middle = low + (high - low) / 2;
    (FitsUnder(RLIMIT_DATA, middle, before.rlim_max) ? high : low) = middle;
  }
  setrlimit(RLIMIT_DATA, &before);
  return high;
}

base::Result<> SetLimit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard) {
  const rlimit limit{soft, hard};
  if (setrlimit(resource, &limit) == 0) return {};
  return base::Fail(base::FromErrno("cannot set a resource limit", errno));
}

base::Result<> StartWatch(uint64_t resident_limit) {
  g_resident_limit = resident_limit;
  struct sigaction action{};
  action.sa_handler = Watch;
  action.sa_flags = SA_RESTART;
  sigaction(SIGPROF, &action, nullptr);
  const itimerval every{{0, kWatchMicroseconds}, {0, kWatchMicroseconds}};
  if (setitimer(ITIMER_PROF, &every, nullptr) == 0) return {};
  return base::Fail(base::FromErrno("cannot start the memory watchdog", errno));
}

}  // namespace

Baseline MeasureBaseline() {
  return {.data = kSanitized ? 0 : DataInUse(), .resident = PeakResident()};
}

base::Result<> ApplyLimits(const JobLimits& limits, const Baseline& baseline) {
  if (!kSanitized) {
    const rlim_t data = baseline.data + limits.memory + limits.memory / 4;
    SI_TRY(SetLimit(RLIMIT_DATA, data, data));
    std::set_new_handler(OnAllocationFailure);
  }
  SI_TRY(SetLimit(RLIMIT_CORE, 0, 0));
  SI_TRY(SetLimit(RLIMIT_FSIZE, 0, 0));
  SI_TRY(SetLimit(RLIMIT_NOFILE, kOpenFiles, kOpenFiles));
  SI_TRY(SetLimit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 5));
  return StartWatch(baseline.resident + limits.mapped + limits.memory);
}

}  // namespace parse_worker
