// clean: documents that nothing refers to, and room that deleted rows take in vector databases.
#include <boost/json/array.hpp>
#include <memory>

#include "app/api_command.h"
#include "http/forms.h"

namespace app {
namespace {

namespace json = boost::json;

struct CleanCommand {
  ApiOptions api;
  std::vector<std::string> databases;  // empty: all
  bool vacuum = true;
};

base::Result<std::vector<std::string>> AllDatabases(Connection& server) {
  SI_ASSIGN(const json::value list, server.api().Get("/lancedb/list"));
  std::vector<std::string> names;
  for (const json::value& item : list.as_object().at("databases").as_array()) {
    names.push_back(TextOf(item.as_object(), "name"));
  }
  return names;
}

// {"statistics": {…}, "vacuumed": [name, …]}
base::Result<json::value> Clean(Connection& server, const CleanCommand& c) {
  SI_ASSIGN(const json::value orphans, server.api().Post("/document/cleanup-orphans", {}));
  json::object done;
  done["statistics"] = orphans.as_object().at("statistics");
  json::array vacuumed;
  if (c.vacuum) {
    std::vector<std::string> databases = c.databases;
    if (databases.empty()) {
      SI_ASSIGN(databases, AllDatabases(server));
    }
    for (const std::string& name : databases) {
      SI_TRY(server.api().Get("/lancedb/vacuum?db=" + http::PercentEncode(name)));
      vacuumed.emplace_back(name);
    }
  }
  done["vacuumed"] = std::move(vacuumed);
  return json::value(std::move(done));
}

int Show(const json::value& answer) {
  const json::object& done = answer.as_object();
  const json::object& statistics = done.at("statistics").as_object();
  fmt::print("{} documents without a URI deleted\n", IntOf(statistics, "deleted_documents"));
  for (const json::value& name : done.at("vacuumed").as_array()) {
    fmt::print("database {} vacuumed\n", std::string_view(name.as_string()));
  }
  return 0;
}

}  // namespace

void AddCleanCommand(CLI::App& cli, Action& action) {
  const auto command = std::make_shared<CleanCommand>();
  CLI::App* clean = cli.add_subcommand(
      "clean", "Delete documents that no URI refers to, and vacuum the vector databases");
  AddApiOptions(*clean, command->api);
  clean->add_option("--db", command->databases, "Only this database (can be given several times)");
  clean->add_flag("!--no-vacuum", command->vacuum, "Leave the vector databases as they are");
  clean->callback([&action, command] {
    action = [command](const CommandContext& context) {
      return RunApiCommand(
          context, command->api, [&](Connection& server) { return Clean(server, *command); }, Show);
    };
  });
}

}  // namespace app
