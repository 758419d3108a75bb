// What the commands over the API have in common. Private to the folder.
#pragma once

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "app/command_line.h"
#include "app/connection.h"
#include "app/json_fields.h"

namespace app {

// Connects, asks and shows: `ask` gives the server's answer, `show` prints it for people and gives
// the exit code. With --json the answer is printed as it is, and the exit code is 0.
template <typename Ask, typename Show>
int RunApiCommand(const CommandContext& context, const ApiOptions& options, const Ask& ask,
                  const Show& show) {
  auto connection = Connection::Open(context, options.server, Embedded::kApiOnly);
  if (!connection) return Report(connection.error());
  const base::Result<boost::json::value> answer = ask(*connection);
  if (!answer) return Report(answer.error());
  if (!options.json) return show(*answer);
  fmt::print("{}\n", boost::json::serialize(*answer));
  return 0;
}

}  // namespace app
