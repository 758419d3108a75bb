// search, address.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/commands.h"
#include "app/connection.h"
#include "app/database.h"
#include "app/json_fields.h"
#include "http/forms.h"
#include "sql/owner_lock.h"

namespace app {
namespace {

namespace json = boost::json;

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

}  // namespace

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
