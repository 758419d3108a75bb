// The long-lived half of si-parse: waits for requests on the control socket and forks a process for
// each document. It never looks at a document itself.
#pragma once

#include <sys/types.h>

#include "base/files.h"
#include "base/result.h"
#include "parse_protocol/messages.h"
#include "parse_worker/job.h"
#include "process/frames.h"

namespace parse_worker {

// One document at a time. Single-threaded, as a process that forks should be.
class Parent {
 public:
  // `control` and what `context` refers to stay the caller's. Call before rights are dropped.
  static base::Result<Parent> Create(process::FrameChannel& control, const JobContext& context);

  // Serves until the server closes the control socket; a child that runs is killed then.
  base::Result<> Run();

 private:
  Parent(process::FrameChannel& control, const JobContext& context, base::Fd child_signals)
      : control_(&control), context_(context), child_signals_(std::move(child_signals)) {}

  base::Result<> OnMessage();
  base::Result<> OnChildSignal();
  base::Result<> Fork(base::Fd connection);
  base::Result<> Send(const parse_protocol::ToServer& message);
  void KillChild();

  process::FrameChannel* control_;
  JobContext context_;
  base::Fd child_signals_;  // signalfd of SIGCHLD
  pid_t child_ = 0;         // 0: none runs
};

}  // namespace parse_worker
