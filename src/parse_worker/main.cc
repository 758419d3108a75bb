// si-parse: reads documents for the server, one process each, without rights. Started by the server
// with the control socket as descriptor 3 (parse_protocol/messages.h); of no use to people, except:
//
//   si-parse --self-test    does the sandbox hold on this machine?
//
// Nothing is ever printed on standard output but by --self-test.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include "parse_protocol/messages.h"
#include "parse_worker/limits.h"
#include "parse_worker/mock_reader.h"
#include "parse_worker/parent.h"
#include "parse_worker/real_reader.h"
#include "parse_worker/sandbox.h"
#include "parse_worker/self_test.h"

namespace parse_worker {
namespace {

namespace proto = parse_protocol;

struct Arguments {
  std::string pdfium;
  bool mock = false;
  bool self_test = false;
};

base::Result<Arguments> ReadArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--self-test") {
      arguments.self_test = true;
    } else if (name == "--enable-mock") {
      arguments.mock = true;
    } else if (name == "--pdfium" && i + 1 < argc) {
      arguments.pdfium = argv[++i];
    } else {
      return base::Fail(base::Code::kInvalidArgument, "unknown argument " + std::string(name));
    }
  }
  struct stat info{};
  if (!arguments.self_test && (fstat(proto::kControlFd, &info) != 0 || !S_ISSOCK(info.st_mode))) {
    return base::Fail(base::Code::kInvalidArgument,
                      "descriptor 3 is not a socket; this program is started by the server");
  }
  return arguments;
}

// When memory runs out, the kernel shall take us before the server.
void OfferToTheOutOfMemoryKiller() {
  const base::Fd file(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  [[maybe_unused]] const ssize_t written = write(file.get(), "500", 3);
}

base::Result<base::Fd> OpenNull() {
  base::Fd fd(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!fd.valid()) fd.Reset(memfd_create("null", MFD_CLOEXEC));  // a root without /dev
  if (!fd.valid()) return base::Fail(base::FromErrno("cannot open a null device", errno));
  return fd;
}

base::Result<> Send(process::FrameChannel& control, const proto::ToServer& message) {
  const proto::Encoded encoded = proto::Encode(message);
  return control.Send(encoded.id, encoded.header, encoded.block);
}

// Loads everything, then gives up all rights, then serves. The order is the point.
base::Result<> Serve(const Arguments& arguments, process::FrameChannel& control) {
  const pid_t server = getppid();
  tzset();
  SI_ASSIGN(std::unique_ptr<Reader> reader, MakeRealReader(arguments.pdfium));
  if (arguments.mock) reader = MakeMockReader(std::move(reader));
  OfferToTheOutOfMemoryKiller();
  SI_ASSIGN(const Sandbox sandbox, Sandbox::Prepare());
  SI_ASSIGN(const base::Fd null, OpenNull());
  const JobContext context{.sandbox = sandbox,
                           .baseline = MeasureBaseline(),
                           .reader = *reader,
                           .null_fd = null.get(),
                           .parent_pid = getpid()};
  SI_ASSIGN(Parent parent, Parent::Create(control, context));
  SI_ASSIGN(const Layers layers, sandbox.EnterParent());
  // Changing the user has cleared the signal that the server set for its own death.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != server) return {};
  SI_TRY(Send(control, proto::Ready{.sandbox = layers.active, .notes = layers.notes, .error = ""}));
  return parent.Run();
}

int Main(int argc, char** argv) {
  const auto arguments = ReadArguments(argc, argv);
  if (!arguments) {
    std::fprintf(stderr, "si-parse: %s\n", arguments.error().message().c_str());
    return 2;
  }
  if (arguments->self_test) return SelfTest();
  std::signal(SIGPIPE, SIG_IGN);
  process::FrameChannel control{base::Fd(proto::kControlFd)};
  const auto served = Serve(*arguments, control);
  if (served) return 0;
  std::fprintf(stderr, "si-parse: %s\n", served.error().message().c_str());
  // In case it was not ready yet; otherwise nobody reads it.
  (void)Send(control, proto::Ready{.sandbox = {}, .notes = {}, .error = served.error().message()});
  return 1;
}

}  // namespace
}  // namespace parse_worker

// Without the clean-up of an ordinary exit: leak checkers would want rights that are gone.
int main(int argc, char** argv) { _exit(parse_worker::Main(argc, argv)); }
