#include "parse_worker/sandbox.h"

#include <grp.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <span>

#include "base/files.h"
#include "parse_worker/landlock.h"

namespace parse_worker {
namespace {

constexpr uid_t kNobody = 65534;

// What reading a document takes.
constexpr int kChildCalls[] = {
    // memory (mmap and mprotect: see AllowMemory)
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
    // the answer, over the socket; the null device
    SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(close),
    // time, locks, randomness
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(restart_syscall), SCMP_SYS(futex),
    SCMP_SYS(sched_yield), SCMP_SYS(getrandom),
    // the watchdog and the way out
    SCMP_SYS(getrusage), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(exit),
    SCMP_SYS(exit_group)};

// What the parent needs beyond that: take a request, fork, set the child up, wait, kill.
constexpr int kParentCalls[] = {SCMP_SYS(clone),
                                SCMP_SYS(wait4),
                                SCMP_SYS(kill),
                                SCMP_SYS(getppid),
                                SCMP_SYS(recvmsg),
                                SCMP_SYS(read),
                                SCMP_SYS(fstat),
                                SCMP_SYS(newfstatat),
                                SCMP_SYS(fcntl),
                                SCMP_SYS(dup2),
                                SCMP_SYS(dup3),
                                SCMP_SYS(close_range),
                                SCMP_SYS(prctl),
                                SCMP_SYS(seccomp),
                                SCMP_SYS(setrlimit),
                                SCMP_SYS(getrlimit),
                                SCMP_SYS(prlimit64),
                                SCMP_SYS(setitimer),
                                SCMP_SYS(set_robust_list),
                                SCMP_SYS(rseq)};

// Sanitizers test addresses with a pipe and die through tgkill.
constexpr int kSanitizerCalls[] = {
    SCMP_SYS(tgkill),         SCMP_SYS(pipe),  SCMP_SYS(pipe2),
    SCMP_SYS(readlink),       SCMP_SYS(read),  SCMP_SYS(getuid),
    SCMP_SYS(geteuid),        SCMP_SYS(prctl), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list)};

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

bool Allow(void* filter, std::span<const int> calls) {
  for (const int call : calls) {
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) != 0) return false;
  }
  return true;
}

// Memory that is private and never executable. Shared memory would escape the memory limit.
bool AllowMemory(void* filter) {
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                          SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0)) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                          SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

base::Error FilterError() {
  return base::Error(base::Code::kInternal, "cannot compile a seccomp filter");
}

// The filter as the kernel takes it, so that loading it in a child is one system call.
base::Result<std::vector<sock_filter>> Export(void* filter) {
  const base::Fd file(memfd_create("filter", MFD_CLOEXEC));
  if (!file.valid() || seccomp_export_bpf(filter, file.get()) != 0) {
    return base::Fail(FilterError());
  }
  const off_t size = lseek(file.get(), 0, SEEK_CUR);
  std::vector<sock_filter> program(static_cast<size_t>(size) / sizeof(sock_filter));
  if (pread(file.get(), program.data(), static_cast<size_t>(size), 0) != size) {
    return base::Fail(FilterError());
  }
  return program;
}

base::Result<std::vector<sock_filter>> Compile(bool parent) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), &seccomp_release);
  // A C library falls back from clone3 to clone only when told that clone3 is unknown.
  if (!filter || seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) != 0 ||
      !Allow(filter.get(), kChildCalls) || !AllowMemory(filter.get()) ||
      (parent && !Allow(filter.get(), kParentCalls)) ||
      (kSanitized && !Allow(filter.get(), kSanitizerCalls))) {
    return base::Fail(FilterError());
  }
  return Export(filter.get());
}

base::Result<> Load(const std::vector<sock_filter>& program) {
  const sock_fprog prog{static_cast<unsigned short>(program.size()),
                        const_cast<sock_filter*>(program.data())};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) != 0) {
    return base::Fail(base::Code::kInternal,
                      base::FromErrno("cannot load a seccomp filter", errno).message());
  }
  return {};
}

// Started as root: become nobody. Not possible in some containers, which is only noted.
void LeaveRoot(Layers& layers) {
  if (geteuid() != 0) return;
  if (setgroups(0, nullptr) == 0 && setresgid(kNobody, kNobody, kNobody) == 0 &&
      setresuid(kNobody, kNobody, kNobody) == 0) {
    layers.active.push_back("user " + std::to_string(kNobody));
  } else {
    layers.notes.emplace_back("running as root: the user could not be changed");
  }
}

}  // namespace

base::Result<Sandbox> Sandbox::Prepare() {
  Sandbox sandbox;
  SI_ASSIGN(sandbox.parent_, Compile(/*parent=*/true));
  SI_ASSIGN(sandbox.child_, Compile(/*parent=*/false));
  return sandbox;
}

base::Result<Layers> Sandbox::EnterParent() const {
  Layers layers;
  LeaveRoot(layers);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return base::Fail(base::FromErrno("cannot set no_new_privs", errno));
  }
  if (const int version = RestrictWithLandlock(); version > 0) {
    layers.active.push_back("landlock " + std::to_string(version));
  } else {
    layers.notes.emplace_back("this kernel has no Landlock: files are closed by seccomp alone");
  }
  SI_TRY(Load(parent_));
  layers.active.emplace_back("seccomp");
  return layers;
}

base::Result<> Sandbox::EnterChild() const { return Load(child_); }

}  // namespace parse_worker
