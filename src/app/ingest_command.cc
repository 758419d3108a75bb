// ingest PATH…: once, or again and again as files change.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <thread>

#include "app/command_line.h"
#include "app/connection.h"
#include "app/ingest.h"
#include "app/stop_on_signal.h"

namespace app {
namespace {

using base::Code;
using base::Result;
using Files = std::vector<std::filesystem::path>;

struct IngestCommand {
  IngestOptions ingest;
  std::string server;
  bool json = false;
  bool prune = false;
  bool watch = false;
  double interval = 2;  // seconds between two looks
};

struct Totals {
  IngestSummary summary;
  int64_t deleted = 0;
};

Result<Totals> Once(const ApiClient& api, const IngestCommand& c, const Files& files,
                    ProgressView& view, const std::stop_token& stop) {
  Totals totals;
  if (!files.empty()) {
    SI_ASSIGN(totals.summary, Ingest(api, c.ingest, files, view, stop));
  }
  if (c.prune) {
    SI_ASSIGN(totals.deleted, Prune(api, c.ingest, view));
  }
  return totals;
}

int Show(const Totals& totals, const IngestCommand& c) {
  const IngestSummary& s = totals.summary;
  if (c.json) {
    fmt::print(R"({{"completed":{},"failed":{},"elsewhere":{},"deleted":{}}})"
               "\n",
               s.completed, s.failed, s.unchanged, totals.deleted);
  } else {
    fmt::print(
        "{} documents completed, {} failed{}{}\n", s.completed, s.failed,
        s.unchanged > 0 ? fmt::format(", {} known already in another batch", s.unchanged) : "",
        c.prune ? fmt::format(", {} deleted", totals.deleted) : "");
  }
  std::fflush(stdout);
  return s.failed == 0 ? 0 : 1;
}

// What is new or other than before and has not changed since the last look: a file that is still
// being written waits.
Files Changed(const Snapshot& done, const Snapshot& last, const Snapshot& now) {
  Files changed;
  for (const auto& [path, state] : now) {
    const auto known = done.find(path);
    const auto before = last.find(path);
    const bool settled = before != last.end() && before->second == state;
    if (settled && (known == done.end() || known->second != state)) changed.push_back(path);
  }
  return changed;
}

bool SomeAreGone(const Snapshot& done, const Snapshot& now) {
  return std::ranges::any_of(done, [&](const auto& file) { return !now.contains(file.first); });
}

// Until a stop. A server that does not answer is asked again with the next look.
void Watch(const ApiClient& api, const IngestCommand& c, Snapshot done, ProgressView& view,
           const std::stop_token& stop) {
  view.Print("watching for changes, Ctrl-C ends it");
  Snapshot last = done;
  while (!stop.stop_requested()) {
    const auto wake = std::chrono::steady_clock::now() + std::chrono::duration<double>(c.interval);
    while (!stop.stop_requested() && std::chrono::steady_clock::now() < wake) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    Snapshot now = LookAt(c.ingest.files);
    const Files changed = Changed(done, last, now);
    const bool gone = c.prune && SomeAreGone(done, now);
    last = now;
    if (stop.stop_requested() || (changed.empty() && !gone)) continue;
    const auto totals = Once(api, c, changed, view, stop);
    if (!totals) {
      view.Print("cannot ingest the changes yet: " + totals.error().message());
      continue;
    }
    for (const auto& path : changed) done[path] = now[path];
    std::erase_if(done, [&](const auto& file) { return !now.contains(file.first); });
    Show(*totals, c);
  }
}

int Run(const CommandContext& context, IngestCommand c) {
  // Before a server is started for nothing.
  const auto files = CollectFiles(c.ingest.files);
  if (!files) return Report(files.error());
  if (files->empty() && !c.watch && !c.prune)
    return Report({Code::kInvalidArgument, "there is no file to ingest below the given paths"});
  const Snapshot seen = LookAt(c.ingest.files);
  const StopOnSignal stop;
  auto connection = Connection::Open(context, c.server, Embedded::kWithWorkers);
  if (!connection) return Report(connection.error());
  const Settings& settings = connection->settings();
  if (c.ingest.workflow.empty()) c.ingest.workflow = settings.default_workflow_id;
  if (c.ingest.params.empty()) c.ingest.params = settings.default_param_id;
  ProgressView view(c.json ? stderr : stdout, !c.json && isatty(STDOUT_FILENO) != 0);
  const auto totals = Once(connection->api(), c, *files, view, stop.token());
  if (!totals) return Report(totals.error());
  const int code = Show(*totals, c);
  if (!c.watch) return code;
  Watch(connection->api(), c, seen, view, stop.token());
  return 0;
}

}  // namespace

void AddIngestCommand(CLI::App& cli, Action& action) {
  const auto command = std::make_shared<IngestCommand>();
  IngestOptions& options = command->ingest;
  CLI::App* ingest = cli.add_subcommand(
      "ingest", "Upload files and folders, process them and wait until they can be searched");
  ingest->add_option("path", options.files.paths, "Files and folders")->required();
  ingest->add_option("--source", options.source, "Name of the source system")
      ->capture_default_str();
  ingest->add_option("--batch", options.batch, "Name of the batch; reused when the source has it")
      ->capture_default_str();
  ingest->add_option("--workflow", options.workflow,
                     "Workflow definition (default: DEFAULT_WORKFLOW_ID)");
  ingest->add_option("--params", options.params, "Parameter set (default: DEFAULT_PARAM_ID)");
  ingest->add_option("--include", options.files.include,
                     "Only files that fit the glob (can be given several times)");
  ingest->add_option("--exclude", options.files.exclude,
                     "No files that fit the glob (can be given several times)");
  ingest->add_flag(
      "--prune", command->prune,
      "Delete documents of the source below the paths whose file is gone; prints each");
  ingest->add_flag("--watch", command->watch, "Go on: ingest files as they change, until Ctrl-C");
  ingest->add_option("--interval", command->interval, "Seconds between two looks of --watch")
      ->check(CLI::Range(0.1, 86400.0))
      ->capture_default_str();
  ingest->add_flag("--json", command->json, "Print the numbers as JSON; progress goes to stderr");
  AddServerOption(*ingest, command->server);
  ingest->callback([&action, command] {
    action = [command](const CommandContext& c) { return Run(c, *command); };
  });
}

}  // namespace app
