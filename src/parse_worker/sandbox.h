// Giving up rights, in two steps and never to be had back.
//
//   parent   EnterParent, once all libraries are loaded: may fork, wait, and talk over the sockets
//            it has. No files, no network, no exec.
//   child    EnterChild, after the document was handed over: may compute, take memory, look at the
//            clock, and write to its socket. Nothing else.
//
// Layers: an unprivileged user when started as root, no_new_privs, Landlock (no file, no TCP, no
// signal to others), seccomp allow-lists (everything not listed answers EPERM). docs/sandbox.md has
// the list with the reasons.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace parse_worker {

// Address- and thread-sanitizers reserve terabytes and need a few calls more.
#ifdef SI_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// What holds, and what this kernel could not give.
struct Layers {
  std::vector<std::string> active;
  std::vector<std::string> notes;
};

// The compiled seccomp filters. Immutable after Prepare.
class Sandbox {
 public:
  static base::Result<Sandbox> Prepare();

  // kInternal when seccomp is refused; a missing Landlock or user is only noted.
  base::Result<Layers> EnterParent() const;
  base::Result<> EnterChild() const;

 private:
  std::vector<sock_filter> parent_;
  std::vector<sock_filter> child_;
};

}  // namespace parse_worker
