// batch create | ingest | status | list
#include <unistd.h>

#include <boost/json/array.hpp>
#include <memory>

#include "app/api_command.h"
#include "app/ingest.h"
#include "app/signals.h"
#include "app/stop_on_signal.h"

namespace app {
namespace {

namespace json = boost::json;
using base::Result;

struct BatchCommand {
  ApiOptions api;
  std::string source;
  std::string name = "si-cli";
  int64_t batch_id = 0;
  FileSelection files;
};

int Create(const CommandContext& context, const BatchCommand& c) {
  return RunApiCommand(
      context, c.api,
      [&](Connection& server) {
        return server.api().Post("/batch/", {{"source", c.source}, {"name", c.name}});
      },
      [](const json::value& answer) {
        fmt::print("{}\n", IntOf(answer.as_object(), "batch_id"));
        return 0;
      });
}

Result<json::value> StatusOf(Connection& server, int64_t batch_id) {
  return server.api().Get(fmt::format("/batch/status?batch_id={}", batch_id));
}

int Status(const CommandContext& context, const BatchCommand& c) {
  return RunApiCommand(
      context, c.api, [&](Connection& server) { return StatusOf(server, c.batch_id); },
      [](const json::value& answer) {
        const json::object& status = answer.as_object();
        const json::object& batch = status.at("batch").as_object();
        fmt::print("batch {} '{}' of source '{}': {}\n", IntOf(batch, "id"), TextOf(batch, "name"),
                   TextOf(batch, "source"),
                   batch.at("completed_date").is_null() ? "open" : "completed");
        fmt::print("  {} documents, {} parsed, {} remaining\n", IntOf(status, "document_count"),
                   IntOf(status, "parsed"), IntOf(status, "remaining"));
        for (const auto& count : status.at("workflow_count").as_object()) {
          fmt::print("  {:<10} {}\n", std::string_view(count.key()),
                     json::serialize(count.value()));
        }
        return 0;
      });
}

int Ingest(const CommandContext& context, const BatchCommand& c) {
  const auto files = CollectFiles(c.files);
  if (!files) return Report(files.error());
  const StopOnSignal stop;
  auto connection = Connection::Open(context, c.api.server, Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  IngestOptions options{.files = c.files, .source = c.source};
  if (options.source.empty()) {
    const auto status = StatusOf(*connection, c.batch_id);
    if (!status) return Report(status.error());
    options.source = TextOf(status->as_object().at("batch").as_object(), "source");
  }
  ProgressView view(c.api.json ? stderr : stdout, !c.api.json && isatty(STDOUT_FILENO) != 0);
  const auto failed = Upload(connection->api(), options, c.batch_id, *files, view, stop.token());
  if (!failed) return Report(failed.error());
  const auto uploaded = static_cast<int64_t>(files->size()) - *failed;
  if (c.api.json) {
    fmt::print(R"({{"batch_id":{},"uploaded":{},"failed":{}}})"
               "\n",
               c.batch_id, uploaded, *failed);
  } else {
    fmt::print("{} files uploaded, {} failed\n", uploaded, *failed);
  }
  return *failed == 0 ? 0 : 1;
}

int List(const CommandContext& context, const BatchCommand& c) {
  auto connection = Connection::Open(context, c.api.server, Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  const auto batches = connection->api().Get("/batch/");
  if (!batches) return Report(batches.error());
  if (c.api.json) {
    fmt::print("{}\n", json::serialize(*batches));
    return 0;
  }
  for (const json::value& item : batches->as_array()) {
    const json::object& batch = item.as_object();
    const auto status = StatusOf(*connection, IntOf(batch, "id"));
    if (!status) return Report(status.error());
    const json::object& numbers = status->as_object();
    fmt::print("{:>6}  {:<20} {:<30} {} documents, {} parsed, {} remaining\n", IntOf(batch, "id"),
               TextOf(batch, "source"), TextOf(batch, "name"), IntOf(numbers, "document_count"),
               IntOf(numbers, "parsed"), IntOf(numbers, "remaining"));
  }
  return 0;
}

}  // namespace

void AddBatchCommands(CLI::App& cli, Action& action) {
  CLI::App* batch = cli.add_subcommand("batch", "Batches of documents");
  batch->require_subcommand(1);
  const auto command = std::make_shared<BatchCommand>();
  CLI::App* create =
      AddApiCommand(*batch, action, "create", "Make a batch; prints its id", command, Create);
  create->add_option("--source", command->source, "Name of the source system")->required();
  create->add_option("--name", command->name, "Name for people")->capture_default_str();
  CLI::App* ingest = AddApiCommand(
      *batch, action, "ingest", "Upload files and folders into a batch, without starting anything",
      command, Ingest);
  ingest->add_option("batch", command->batch_id, "Batch id")->required();
  ingest->add_option("path", command->files.paths, "Files and folders")->required();
  ingest->add_option("--source", command->source, "Source system (default: the batch's)");
  ingest->add_option("--include", command->files.include, "Only files that fit the glob");
  ingest->add_option("--exclude", command->files.exclude, "No files that fit the glob");
  CLI::App* status =
      AddApiCommand(*batch, action, "status", "What became of a batch", command, Status);
  status->add_option("batch", command->batch_id, "Batch id")->required();
  AddApiCommand(*batch, action, "list", "All batches with their progress", command, List);
  AddApiCommand(cli, action, "list-batches", "The same as `batch list`", command, List);
}

}  // namespace app
