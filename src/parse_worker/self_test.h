// `si-parse --self-test`: proves on this machine, with this kernel, that the sandbox holds.
#pragma once

namespace parse_worker {

// Enters the sandbox for good, forks a child as for a document, and lets parent and child try what
// they must not be able to do. One line per attempt on standard output; returns the exit code: 0
// when all was refused.
int SelfTest();

}  // namespace parse_worker
