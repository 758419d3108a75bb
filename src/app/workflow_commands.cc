// workflow start | retry | status
#include <boost/json/array.hpp>
#include <memory>

#include "app/api_command.h"

namespace app {
namespace {

namespace json = boost::json;

struct WorkflowCommand {
  ApiOptions api;
  int64_t batch_id = 0;
  int64_t run_group_id = 0;
  std::string workflow;
  std::string params;
  int64_t priority = 0;
  bool only_unparsed = false;
};

int Start(const CommandContext& context, const WorkflowCommand& c) {
  return RunApiCommand(
      context, c.api,
      [&](Connection& server) {
        const Settings& s = server.settings();
        http::Pairs form = {
            {"batch_id", std::to_string(c.batch_id)},
            {"workflow_definition_id", c.workflow.empty() ? s.default_workflow_id : c.workflow},
            {"param_id", c.params.empty() ? s.default_param_id : c.params},
            {"priority", std::to_string(c.priority)}};
        if (c.only_unparsed) form.emplace_back("only_unparsed", "true");
        return server.api().Post("/batch/start-workflows", form);
      },
      [](const json::value& answer) {
        const json::object& started = answer.as_object();
        fmt::print("run group {}: {} runs started\n", IntOf(started, "run_group"),
                   IntOf(started, "workflows"));
        return 0;
      });
}

int Retry(const CommandContext& context, const WorkflowCommand& c) {
  return RunApiCommand(
      context, c.api,
      [&](Connection& server) {
        return server.api().Post("/workflow/retry",
                                 {{"run_group_id", std::to_string(c.run_group_id)}});
      },
      [](const json::value& answer) {
        const json::object& reset = answer.as_object();
        fmt::print("run group {}: {} runs are tried again\n", IntOf(reset, "run_group_id"),
                   IntOf(reset, "reset_runs"));
        return 0;
      });
}

// FAILED is an answer, and exit code 1: scripts wait for a group with it.
int ShowGroup(const json::value& answer) {
  const json::object& stats = answer.as_object();
  fmt::print("run group {}: {}, {} runs\n", IntOf(stats, "run_group_id"),
             TextOf(stats, "group_status"), IntOf(stats, "total_runs"));
  for (const json::value& item : stats.at("steps").as_array()) {
    const json::object& step = item.as_object();
    fmt::print("  {:<9} {} completed ({} reused), {} running, {} waiting, {} failed\n",
               TextOf(step, "step_type"), IntOf(step, "COMPLETED"), IntOf(step, "reused"),
               IntOf(step, "RUNNING"), IntOf(step, "PENDING") + IntOf(step, "ERROR"),
               IntOf(step, "FAILED"));
  }
  return TextOf(stats, "group_status") == "FAILED" ? 1 : 0;
}

int ShowGroups(const json::value& answer) {
  for (const json::value& item : answer.as_array()) {
    const json::object& group = item.as_object();
    fmt::print("{:>6}  {:<10} batch {:<6} {}  {}\n", IntOf(group, "id"), TextOf(group, "status"),
               IntOf(group, "batch_id"), TextOf(group, "name"), TextOf(group, "status_message"));
  }
  return 0;
}

int Status(const CommandContext& context, const WorkflowCommand& c) {
  if (c.run_group_id > 0) {
    return RunApiCommand(
        context, c.api,
        [&](Connection& server) {
          return server.api().Get(fmt::format("/workflow/run-groups/{}/stats", c.run_group_id));
        },
        ShowGroup);
  }
  return RunApiCommand(
      context, c.api,
      [&](Connection& server) {
        return server.api().Get(c.batch_id > 0
                                    ? fmt::format("/workflow/run-groups?batch_id={}", c.batch_id)
                                    : "/workflow/run-groups");
      },
      ShowGroups);
}

}  // namespace

void AddWorkflowCommands(CLI::App& cli, Action& action) {
  CLI::App* workflow = cli.add_subcommand("workflow", "Runs of workflows");
  workflow->require_subcommand(1);
  const auto command = std::make_shared<WorkflowCommand>();
  CLI::App* start = AddApiCommand(*workflow, action, "start",
                                  "Start a workflow for the documents of a batch", command, Start);
  start->add_option("batch", command->batch_id, "Batch id")->required();
  start->add_option("--workflow", command->workflow,
                    "Workflow definition (default: DEFAULT_WORKFLOW_ID)");
  start->add_option("--params", command->params, "Parameter set (default: DEFAULT_PARAM_ID)");
  start->add_option("--priority", command->priority, "Larger goes first")->capture_default_str();
  start->add_flag("--only-unparsed", command->only_unparsed,
                  "Go on with the newest run group: only documents without a run in it");
  CLI::App* retry = AddApiCommand(*workflow, action, "retry",
                                  "Try the failed runs of a run group again", command, Retry);
  retry->add_option("group", command->run_group_id, "Run group id")->required();
  CLI::App* status = AddApiCommand(
      *workflow, action, "status",
      "Where a run group stands (exit code 1: it failed), or all run groups", command, Status);
  status->add_option("group", command->run_group_id, "Run group id");
  status->add_option("--batch", command->batch_id, "Only run groups of this batch");
}

}  // namespace app
