// What the server and si-parse say to each other, in frames (process/frames.h).
//
// Two kinds of connection:
//
//   control   server ⇄ the parent of the parsers, one per si-parse, for as long as it lives
//               worker: Ready                        once, when all is loaded and rights are
//               dropped server: Fork (+ socket)              start a process for one document,
//               which talks
//                                                    over that socket
//               server: Kill                         end that process now
//               worker: Ended                        one for each Fork
//   document  server ⇄ one forked process, for one document
//               server: Job (+ the open document) Part*
//               worker: Page* (Document Markdown? Result | Part Result | Failure)
//
// The process that reads a document is not trusted: it may have been taken over by the document.
// Everything that comes from it goes through Decode, which answers kDamaged to whatever does not
// fit. Large texts travel as the frame's raw block.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "docling/diagnostics.h"
#include "process/frames.h"

namespace parse_protocol {

// Descriptor of the control socket in si-parse.
inline constexpr int kControlFd = 3;

// Exit codes by which the forked process tells how it ended.
inline constexpr int kExitDone = 0;
inline constexpr int kExitOutOfMemory = 96;
inline constexpr int kExitLostPeer = 97;   // the server's end was closed
inline constexpr int kExitNoSandbox = 98;  // rights could not be dropped: nothing was read

enum class Task {
  kParse,
  kInspect,
  kReadPages,  // some pages of a long document: answered with a Part
  kCompose,    // the document of all Parts that come with the job
};
BOOST_DESCRIBE_ENUM(Task, kParse, kInspect, kReadPages, kCompose)

// --- server → worker

struct Job {
  Task task = Task::kParse;
  std::string filename;
  std::string mime_type;
  uint64_t max_input = 0;    // bytes of the document
  uint64_t max_memory = 0;   // bytes beyond what the pre-loaded parent has
  uint64_t cpu_seconds = 0;  // a hard end, for the case that nobody is left to enforce the others
  std::vector<int32_t> skip_pages;  // 1-based; an earlier attempt failed on them
  int32_t first_page = 0;           // of kReadPages
  int32_t last_page = 0;
  int32_t parts = 0;  // of kCompose: so many follow
};
BOOST_DESCRIBE_STRUCT(Job, (),
                      (task, filename, mime_type, max_input, max_memory, cpu_seconds, skip_pages,
                       first_page, last_page, parts))

// --- worker → server, on the document connection

// `done` pages of `total` are finished; the next one is being read now.
struct Page {
  int32_t done = 0;
  int32_t total = 0;
};
BOOST_DESCRIBE_STRUCT(Page, (), (done, total))

struct Document {
  std::string json;
};

struct Markdown {
  std::string text;
};

// Pages on their way from the process that read them to the one that composes. Nobody between looks
// into them.
struct Part {
  std::string bytes;
};

// What a document says of itself. Empty where it does not.
struct Facts {
  std::string mime_type;
  int32_t page_count = 0;  // 0 for formats without pages
  std::string title;
  std::string author;
  std::string subject;
  std::string keywords;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (mime_type, page_count, title, author, subject, keywords))

// The last message of success. After kParse, Document came before it.
struct Result {
  Facts facts;
  std::vector<docling::Diagnostic> diagnostics;
  std::vector<docling::PageOrigin> pages;
};

// The last message of failure: the reader's own error.
struct Failure {
  base::Code code = base::Code::kInternal;
  std::string message;
};

using Event = std::variant<Page, Document, Markdown, Part, Result, Failure>;

// --- control connection

// Sent once. `sandbox` and `notes` say which layers hold and which the kernel did not have; with an
// `error` it cannot work and is about to exit.
struct Ready {
  std::vector<std::string> sandbox;  // "seccomp", "landlock 7", "user 65534", …
  std::vector<std::string> notes;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(Ready, (), (sandbox, notes, error))

// `wait_status` as of waitpid().
struct Ended {
  int32_t wait_status = 0;
  uint64_t memory = 0;  // bytes it had resident at most, beyond what its parent has
};
BOOST_DESCRIBE_STRUCT(Ended, (), (wait_status, memory))

struct Fork {};
struct Kill {};

using ToServer = std::variant<Ready, Ended>;
using ToWorker = std::variant<Fork, Kill>;

// --- frames

// A message as it goes into FrameChannel::Send. `block` is a view of the message's own text.
struct Encoded {
  uint32_t id = 0;  // the kind of message
  std::string header;
  std::string_view block = {};
};

Encoded Encode(const Job& job);
Encoded Encode(const Event& event);
Encoded Encode(const Part& part);
Encoded Encode(const ToServer& message);
Encoded Encode(const ToWorker& message);

// kDamaged for what is no such message. Texts are checked to be UTF-8 and cut to sane lengths,
// numbers to be in their ranges.
base::Result<Job> DecodeJob(const process::Frame& frame);
base::Result<Event> DecodeEvent(process::Frame frame);
base::Result<Part> DecodePart(process::Frame frame);
base::Result<ToServer> DecodeToServer(const process::Frame& frame);
base::Result<ToWorker> DecodeToWorker(const process::Frame& frame);

}  // namespace parse_protocol
