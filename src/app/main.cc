// si-cli: reads the command line and hands over to a command.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "app/command_line.h"
#include "app/commands.h"
#include "app/signals.h"

namespace {

using app::Action;
using app::CommandContext;

void AddListenOptions(CLI::App& serve, app::ListenOptions& listen) {
  serve.add_option("-h,--host", listen.host, "IP address to listen on")->capture_default_str();
  serve.add_option("-p,--port", listen.port, "Port, 0 for any free one")->capture_default_str();
  serve.add_option("--uds", listen.uds, "Listen on a Unix socket with this path instead");
  serve.add_option("--fd", listen.fd, "Listen on this inherited socket instead")
      ->check(CLI::NonNegativeNumber);
  serve.add_option("--ssl-certfile", listen.ssl_certfile,
                   "Serve TLS with this certificate chain (PEM; default: SSL_CERTFILE)");
  serve.add_option("--ssl-keyfile", listen.ssl_keyfile, "Its key (PEM; default: SSL_KEYFILE)");
  serve.add_flag("--proxy-headers,!--no-proxy-headers", listen.proxy_headers,
                 "Take X-Forwarded-For and X-Forwarded-Proto from the proxies of "
                 "--forwarded-allow-ips");
  serve.add_option("--forwarded-allow-ips", listen.forwarded_allow_ips,
                   "Proxies to believe: addresses and networks with commas, * for all "
                   "(default: FORWARDED_ALLOW_IPS)");
  serve.add_option("--root-path", listen.root_path,
                   "Prefix below which a proxy serves this server, as in /ingester");
  serve.add_flag("--access-log,!--no-access-log", listen.access_log,
                 "Log every request (default: yes)");
}

void AddServe(CLI::App& cli, Action& action) {
  auto options = std::make_shared<app::ServeOptions>();
  options->listen.access_log = true;
  CLI::App* serve = cli.add_subcommand("serve", "Serve the API and work on what is started");
  serve->set_help_flag(
      "--help",
      "Print this help message and exit");  // -h is the host, as in existing installations
  AddListenOptions(*serve, options->listen);
  serve
      ->add_option("--workers", options->workers,
                   "Steps of one type that run at once; 0: serve the API only (default: by "
                   "WORKER_TASK_COUNT and INGEST_WORKER_CONCURRENCY)")
      ->check(CLI::Range(0, 1000));
  const auto reload = std::make_shared<bool>();  // nothing has to be done for it
  serve->add_flag("-r,--reload", *reload,
                  "Accepted for existing scripts: workflows and parameter sets are always read "
                  "again when their files change");
  serve->callback([&action, options, reload] {
    action = [options](const CommandContext& c) { return app::Serve(c, *options); };
  });

  auto worker_options = std::make_shared<app::ServeOptions>();
  worker_options->api = false;
  CLI::App* worker = cli.add_subcommand("worker", "Work on what is started, without an API");
  worker->callback([&action, worker_options] {
    action = [worker_options](const CommandContext& c) { return app::Serve(c, *worker_options); };
  });
}

void AddSearch(CLI::App& cli, Action& action) {
  auto command = std::make_shared<app::SearchCommand>();
  CLI::App* search = cli.add_subcommand("search", "Ask a question");
  search->add_option("text", command->text, "The question")->required();
  search->add_option("--db", command->database, "Vector database")->capture_default_str();
  search->add_option("--mode", command->mode, "hybrid, vector or fts")
      ->check(CLI::IsMember({"hybrid", "vector", "fts"}))
      ->capture_default_str();
  search->add_option("--limit", command->limit, "Number of answers")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app::AddServerOption(*search, command->server);
  search->add_flag("--json", command->json, "Print the server's answer");
  search->add_flag("--uris", command->uris, "Print only the documents' URIs");
  search->callback([&action, command] {
    action = [command](const CommandContext& c) { return app::Search(c, *command); };
  });
}

void AddParse(CLI::App& cli, Action& action) {
  auto command = std::make_shared<app::ParseCommand>();
  CLI::App* parse = cli.add_subcommand("parse", "Convert a file; no server, no database");
  parse->add_option("file", command->file, "The file")->required();
  parse->add_option("--to", command->to, "md, json or chunks")
      ->check(CLI::IsMember({"md", "json", "chunks"}))
      ->capture_default_str();
  parse->add_option("--output", command->output, "File to write (default: standard output)");
  parse->add_option("--chunk-size", command->chunk_size, "Tokens in a chunk")
      ->check(CLI::Range(8, 100'000))
      ->capture_default_str();
  parse
      ->add_option("--processes", command->processes,
                   "Processes that share the pages of a long PDF")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  parse->add_flag("--compact-tables", command->compact_tables, "Markdown: tables without padding");
  CLI::Option* diagnostics = parse->add_flag(
      "--diagnostics", command->diagnostics,
      "Print what was left out or guessed, and where the text of each page came from");
  parse->add_flag("--json", command->json, "Print that as JSON")->needs(diagnostics);
  parse->callback([&action, command] {
    action = [command](const CommandContext& c) { return app::Parse(c, *command); };
  });
}

void AddSimple(CLI::App& cli, Action& action, const char* name, const char* help,
               int (*run)(const CommandContext&)) {
  cli.add_subcommand(name, help)->callback([&action, run] { action = run; });
}

void AddDump(CLI::App& cli, Action& action, const char* name, const char* help,
             const char* otherwise, int (*run)(const CommandContext&, const std::string&)) {
  auto id = std::make_shared<std::string>(otherwise);
  CLI::App* dump = cli.add_subcommand(name, help);
  CLI::Option* option = dump->add_option("id", *id, "Id");
  if (id->empty()) {
    option->required();
  } else {
    option->capture_default_str();
  }
  dump->callback(
      [&action, id, run] { action = [id, run](const CommandContext& c) { return run(c, *id); }; });
}

void AddAll(CLI::App& cli, Action& action) {
  AddServe(cli, action);
  app::AddIngestCommand(cli, action);
  AddSearch(cli, action);
  AddParse(cli, action);
  AddSimple(cli, action, "address", "Print the URL of the server that owns the data here",
            app::PrintAddress);
  AddSimple(cli, action, "bootstrap", "init-env, init-config and db-init", app::Bootstrap);
  AddSimple(cli, action, "init-env", "Write a .env with every setting", app::InitEnv);
  AddSimple(cli, action, "init-config",
            "Write the shipped workflows and parameter sets to WORKFLOW_DIR and PARAM_DIR",
            app::InitConfig);
  AddSimple(cli, action, "db-init", "Make or upgrade the database", app::DbInit);
  AddSimple(cli, action, "validate-settings", "Show every setting, or what is wrong",
            app::ValidateSettings);
  AddSimple(cli, action, "list-workflows", "Workflow definitions", app::ListWorkflows);
  AddDump(cli, action, "dump-workflow", "A workflow definition as YAML", "", app::DumpWorkflow);
  AddSimple(cli, action, "list-param-sets", "Parameter sets", app::ListParamSets);
  AddDump(cli, action, "dump-param-set", "A parameter set as YAML", "default", app::DumpParamSet);
  app::AddBatchCommands(cli, action);
  app::AddWorkflowCommands(cli, action);
  app::AddStatsCommand(cli, action);
  app::AddCleanCommand(cli, action);
  app::AddHaikuCommands(cli, action);
  app::AddCompletionCommand(cli, action);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("Soliplex Ingester: documents in, a searchable LanceDB database out");
  cli.require_subcommand(1);
  cli.set_version_flag("--version", SI_VERSION);
  Action action;
  AddAll(cli, action);
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : 2;
  }
  app::BlockStopSignals();
  CommandContext context;
  auto environment = app::ReadEnvironment(context.folder);
  if (!environment) return app::Report(environment.error());
  context.environment = std::move(*environment);
  context.program = argv[0];
  return action(context);
}
