// Workflow definitions: which steps a document goes through, and what runs at lifecycle events.
//
//   id: batch
//   name: Batch Workflow
//   meta: {}
//   item_steps:                      # in the order in which they run
//     parse:                         # a step type
//       name: docling parse
//       retries: 3
//       method: parse_document       # or soliplex.ingester.lib.workflow.parse_document
//       parameters: {}
//   lifecycle_events:                # optional
//     group_end:
//       - {name: span, retries: 1, method: end_span, parameters: {}}
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "model/status.h"

namespace workflow {

template <typename T>
class YamlFolder;

// What is run for a step or an event.
struct Handler {
  std::string name;        // shown to people
  int retries = 1;         // how many failed attempts make the step FAILED
  std::string method;      // as written in the file
  std::string selects;     // ours: "parse_document", "exec", "webhook"; "" = unknown (events only)
  std::string parameters;  // JSON object
};

// One step of the sequence that each document of a run takes.
struct ItemStep {
  model::WorkflowStepType type;
  Handler handler;
};

// What runs at a lifecycle event.
struct EventHandler {
  model::LifecycleEvent event;
  Handler handler;
};

struct Definition {
  std::string id;
  std::string name;
  std::string meta;  // JSON object
  std::vector<ItemStep> item_steps;
  std::vector<EventHandler> lifecycle_events;
  std::vector<std::string> warnings;  // unknown keys and methods, with the nearest known one

  const Handler* StepHandler(model::WorkflowStepType type) const;
};

// kInvalidArgument says the line, what is wrong and what is allowed.
base::Result<Definition> ParseDefinition(std::string_view yaml);

// The workflows of a folder. Thread-safe; changed files are noticed within a second.
class Definitions {
 public:
  struct Options {
    std::filesystem::path folder;  // WORKFLOW_DIR
    std::string default_id;        // DEFAULT_WORKFLOW_ID
  };
  struct Summary {
    std::string id;
    std::string name;
    std::optional<std::string> error;  // the file is there but cannot be used
  };

  Definitions(Options options, const base::Clock& clock);
  ~Definitions();

  // An empty id means the default. kNotFound names the known ones; a broken file gives its error.
  base::Result<std::shared_ptr<const Definition>> Get(std::string_view id) const;
  std::vector<Summary> List() const;
  // The file verbatim.
  base::Result<std::string> Yaml(std::string_view id) const;

 private:
  const Options options_;
  const std::unique_ptr<YamlFolder<Definition>> folder_;
};

}  // namespace workflow
