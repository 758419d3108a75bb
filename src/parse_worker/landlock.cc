#include "parse_worker/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "base/files.h"

namespace parse_worker {
namespace {

constexpr long kCreateRuleset = 444;
constexpr long kRestrictSelf = 446;
constexpr uint32_t kVersionFlag = 1;

// struct landlock_ruleset_attr. Older kernels know only its beginning.
struct RulesetAttr {
  uint64_t handled_access_fs = 0;
  uint64_t handled_access_net = 0;
  uint64_t scoped = 0;
};

// Everything a version governs, and how much of the struct it knows.
RulesetAttr RightsOf(long version) {
  const int files = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  RulesetAttr attr;
  attr.handled_access_fs = (uint64_t{1} << files) - 1;
  if (version >= 4) attr.handled_access_net = 3;  // bind, connect
  if (version >= 6) attr.scoped = 3;              // abstract Unix sockets, signals
  return attr;
}

size_t SizeOf(long version) {
  if (version >= 6) return sizeof(RulesetAttr);
  return version >= 4 ? offsetof(RulesetAttr, scoped) : offsetof(RulesetAttr, handled_access_net);
}

}  // namespace

int RestrictWithLandlock() {
  const long version = syscall(kCreateRuleset, nullptr, 0, kVersionFlag);
  if (version < 1) return 0;
  const RulesetAttr attr = RightsOf(version);
  const base::Fd ruleset(static_cast<int>(syscall(kCreateRuleset, &attr, SizeOf(version), 0)));
  if (!ruleset.valid() || syscall(kRestrictSelf, ruleset.get(), 0) != 0) return 0;
  return static_cast<int>(version);
}

}  // namespace parse_worker
