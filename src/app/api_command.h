// What the commands over the API have in common. Private to the folder.
#pragma once

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <memory>

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

// A subcommand that runs `run` with what the command line said.
template <typename Command>
CLI::App* AddApiCommand(CLI::App& parent, Action& action, const char* name, const char* help,
                        const std::shared_ptr<Command>& command,
                        int (*run)(const CommandContext&, const Command&)) {
  CLI::App* added = parent.add_subcommand(name, help);
  AddApiOptions(*added, command->api);
  added->callback([&action, command, run] {
    action = [command, run](const CommandContext& c) { return run(c, *command); };
  });
  return added;
}

}  // namespace app
