// Landlock through its system calls: the C library has no wrappers, and the headers of the build
// machine know fewer rights than the kernel it runs on.
#pragma once

namespace parse_worker {

// Takes from this process, and all it will fork, every right that Landlock of this kernel governs:
// files and folders (1), truncate (3), TCP (4), device ioctls (5), abstract sockets and signals to
// processes outside (6). Needs no_new_privs. Returns the interface's version, 0 when there is none.
int RestrictWithLandlock();

}  // namespace parse_worker
