// stats GROUP: durations of its steps.
#include <boost/json/array.hpp>
#include <memory>

#include "app/api_command.h"

namespace app {
namespace {

namespace json = boost::json;

struct StatsCommand {
  ApiOptions api;
  int64_t run_group_id = 0;
};

// {"durations": […], "steps": […]}
base::Result<json::value> Ask(Connection& server, int64_t group) {
  SI_ASSIGN(json::value durations,
            server.api().Get(fmt::format("/stats/durations?run_group_id={}", group)));
  SI_ASSIGN(json::value steps,
            server.api().Get(fmt::format("/stats/step-stats?run_group_id={}", group)));
  json::object both;
  both["durations"] = std::move(durations);
  both["steps"] = std::move(steps);
  return json::value(std::move(both));
}

int Show(const json::value& answer) {
  fmt::print("{:<10} {:>8} {:>10} {:>10} {:>10} {:>10} {:>8}\n", "step", "count", "average s",
             "longest s", "total s", "wall s", "pages");
  for (const json::value& item : answer.as_object().at("durations").as_array()) {
    const json::object& row = item.as_object();
    fmt::print("{:<10} {:>8} {:>10.3f} {:>10.3f} {:>10.2f} {:>10.2f} {:>8}\n",
               TextOf(row, "step_type"), IntOf(row, "count"), NumberOf(row, "average"),
               NumberOf(row, "longest"), NumberOf(row, "total_duration"),
               NumberOf(row, "wall_clock_time"), IntOf(row, "pages"));
  }
  return 0;
}

}  // namespace

void AddStatsCommand(CLI::App& cli, Action& action) {
  const auto command = std::make_shared<StatsCommand>();
  CLI::App* stats = cli.add_subcommand("stats", "How long the steps of a run group took");
  AddApiOptions(*stats, command->api);
  stats->add_option("group", command->run_group_id, "Run group id")->required();
  stats->callback([&action, command] {
    action = [command](const CommandContext& context) {
      return RunApiCommand(
          context, command->api,
          [&](Connection& server) { return Ask(server, command->run_group_id); }, Show);
    };
  });
}

}  // namespace app
