// The commands of si-cli. Each takes its options, prints for people (or data on standard output)
// and returns the exit code: 0 done, 1 failed, 2 wrong usage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/listen.h"
#include "app/resources.h"
#include "app/settings.h"
#include "base/result.h"

namespace app {

// What every command has at hand.
struct CommandContext {
  Environment environment;  // also .env of the working folder
  std::filesystem::path folder = ".";
  std::filesystem::path program;  // argv[0]

  base::Result<Settings> LoadSettings() const { return app::LoadSettings(environment); }
  base::Result<Resources> FindResources() const {
    return app::FindResources(Get("SI_RESOURCES"), program);
  }
  std::string Get(const std::string& name) const {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
  }
};

// "error: …" on standard error; 1.
int Report(const base::Error& error);

struct ServeOptions {
  ListenOptions listen;
  bool api = true;                 // false: `worker`
  std::optional<int64_t> workers;  // steps of one type at once, 0: none; nothing: the settings'
};
int Serve(const CommandContext& context, const ServeOptions& options);

struct SearchCommand {
  std::string text;
  std::string database = "default";
  std::string mode = "hybrid";
  int64_t limit = 5;
  std::string server;
  bool json = false;  // print the server's answer
  bool uris = false;  // print only the documents' URIs
};
int Search(const CommandContext& context, const SearchCommand& command);

struct ParseCommand {
  std::filesystem::path file;
  std::string to = "md";  // md | json | chunks
  std::filesystem::path output;
  int64_t chunk_size = 254;
  int64_t processes = 1;  // over which the pages of a long PDF are spread
  bool compact_tables = false;
  bool diagnostics = false;  // what the reader has to say, in place of the document
  bool json = false;         // that as JSON
};
int Parse(const CommandContext& context, const ParseCommand& command);

int ValidateSettings(const CommandContext& context);
int InitEnv(const CommandContext& context);
int InitConfig(const CommandContext& context);
int DbInit(const CommandContext& context);
int Bootstrap(const CommandContext& context);
int ListWorkflows(const CommandContext& context);
int DumpWorkflow(const CommandContext& context, const std::string& id);
int ListParamSets(const CommandContext& context);
int DumpParamSet(const CommandContext& context, const std::string& id);
int PrintAddress(const CommandContext& context);

}  // namespace app
