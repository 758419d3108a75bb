#include "app/command_line.h"

namespace app {

void AddServerOption(CLI::App& command, std::string& server) {
  command.add_option("--server", server,
                     "URL of a server (default: SI_SERVER, else the one that owns the data here, "
                     "else an embedded one)");
}

void AddApiOptions(CLI::App& command, ApiOptions& options) {
  AddServerOption(command, options.server);
  command.add_flag("--json", options.json, "Print the server's answer as JSON");
}

}  // namespace app
