// Commands that talk to a server: ingest, search, list-batches, address.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <stop_token>
#include <thread>

#include "app/commands.h"
#include "app/connection.h"
#include "app/database.h"
#include "app/signals.h"
#include "http/forms.h"
#include "sql/owner_lock.h"

namespace app {
namespace {

namespace json = boost::json;

std::string TextOf(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// " p. 3, 4"
std::string Pages(const json::object& hit) {
  std::string pages;
  const json::value* list = hit.if_contains("page_numbers");
  if (list == nullptr || !list->is_array()) return pages;
  for (const json::value& page : list->get_array())
    pages += (pages.empty() ? "  p. " : ", ") + json::serialize(page);
  return pages;
}

void PrintHit(const json::object& hit, int64_t rank) {
  const std::string title = TextOf(hit, "title");
  const std::string uri = TextOf(hit, "uri");
  fmt::print("{:>2}. {}{}\n    {}\n", rank, title.empty() ? uri : title + "  (" + uri + ")",
             Pages(hit), TextOf(hit, "snippet"));
}

// Turns Ctrl-C into a stop request while it lives.
class StopOnSignal {
 public:
  StopOnSignal()
      : thread_([this] {
          while (WaitForStopSignal() == SIGHUP) {
          }
          if (!ended_) source_.request_stop();
        }) {}
  ~StopOnSignal() {
    ended_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::atomic<bool> ended_{false};
  std::jthread thread_;
};

}  // namespace

int IngestPaths(const CommandContext& context, IngestCommand command) {
  // Before a server is started for nothing.
  if (auto files = CollectFiles(command.ingest.paths); !files) return Report(files.error());
  const StopOnSignal stop;
  auto connection = Connection::Open(context, command.server, Embedded::kWithWorkers);
  if (!connection) return Report(connection.error());
  if (command.ingest.workflow.empty())
    command.ingest.workflow = connection->settings().default_workflow_id;
  if (command.ingest.params.empty())
    command.ingest.params = connection->settings().default_param_id;
  ProgressView view(stdout, isatty(STDOUT_FILENO) != 0);
  const auto summary = Ingest(connection->api(), command.ingest, view, stop.token());
  if (!summary) return Report(summary.error());
  fmt::print("{} documents completed, {} failed{}\n", summary->completed, summary->failed,
             summary->unchanged > 0
                 ? fmt::format(", {} known already in another batch", summary->unchanged)
                 : "");
  return summary->failed == 0 ? 0 : 1;
}

int Search(const CommandContext& context, const SearchCommand& command) {
  auto connection = Connection::Open(context, command.server, Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  const auto answer = connection->api().Get(fmt::format(
      "/lancedb/search?db={}&query={}&mode={}&limit={}", http::PercentEncode(command.database),
      http::PercentEncode(command.text), command.mode, command.limit));
  if (!answer) return Report(answer.error());
  if (command.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return 0;
  }
  const json::value* results =
      answer->is_object() ? answer->get_object().if_contains("results") : nullptr;
  if (results == nullptr || !results->is_array())
    return Report({base::Code::kInternal, "the server's answer has no results"});
  if (results->get_array().empty() && !command.uris) fmt::print("nothing found\n");
  int64_t rank = 0;
  for (const json::value& item : results->get_array()) {
    if (command.uris) {
      fmt::print("{}\n", TextOf(item.as_object(), "uri"));
    } else {
      PrintHit(item.as_object(), ++rank);
    }
  }
  return results->get_array().empty() ? 1 : 0;
}

int ListBatches(const CommandContext& context) {
  auto connection = Connection::Open(context, "", Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  const auto batches = connection->api().Get("/batch/");
  if (!batches) return Report(batches.error());
  for (const json::value& item : batches->as_array()) {
    const json::object& batch = item.as_object();
    const auto id = batch.at("id").to_number<int64_t>();
    const auto status = connection->api().Get(fmt::format("/batch/status?batch_id={}", id));
    if (!status) return Report(status.error());
    const json::object& numbers = status->as_object();
    fmt::print("{:>6}  {:<20} {:<30} {} documents, {} parsed, {} remaining\n", id,
               TextOf(batch, "source"), TextOf(batch, "name"),
               json::serialize(numbers.at("document_count")), json::serialize(numbers.at("parsed")),
               json::serialize(numbers.at("remaining")));
  }
  return 0;
}

int PrintAddress(const CommandContext& context) {
  const auto settings = context.LoadSettings();
  if (!settings) return Report(settings.error());
  const auto database = OwnedPath(*settings);
  if (!database) return Report(database.error());
  const auto owner = sql::OwnerLock::Find(*database);
  if (!owner) return Report(owner.error());
  if (!*owner || (*owner)->address.empty())
    return Report({base::Code::kNotFound, "no server owns the data here"});
  fmt::print("{}\n", (*owner)->address);
  return 0;
}

}  // namespace app
