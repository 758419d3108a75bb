// The groups of si-cli's commands: each adds its commands and their options to the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "app/commands.h"

namespace app {

// What the command line asks for; set by the command that was named.
using Action = std::function<int(const CommandContext&)>;

void AddIngestCommand(CLI::App& cli, Action& action);
void AddBatchCommands(CLI::App& cli, Action& action);
void AddWorkflowCommands(CLI::App& cli, Action& action);
void AddStatsCommand(CLI::App& cli, Action& action);
void AddCleanCommand(CLI::App& cli, Action& action);
void AddHaikuCommands(CLI::App& cli, Action& action);
void AddCompletionCommand(CLI::App& cli, Action& action);

// Of every command that talks to a server.
struct ApiOptions {
  std::string server;  // "": SI_SERVER, the owner of the data folder, or an embedded one
  bool json = false;
};
void AddServerOption(CLI::App& command, std::string& server);
void AddApiOptions(CLI::App& command, ApiOptions& options);

}  // namespace app
