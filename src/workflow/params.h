// Parameter sets: how each step does its work, as users write it in YAML.
//
//   id: default
//   name: Default            # optional
//   meta: {}                 # optional
//   source: app              # app (shipped) | user (uploaded)
//   config:
//     parse: {do_ocr: false}
//     chunk: {chunk_size: 254}
//     embed: {provider: local}
//     store: {data_dir: default}
//
// Known keys are checked; unknown ones are kept (files of other versions carry them) and answered
// with a warning that names the nearest known key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
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

// A value type. `config` holds each step's settings as a JSON object in the order of the file.
struct ParamSet {
  enum class Source : uint8_t { kApp, kUser };

  std::string id;
  std::optional<std::string> name;
  std::string meta;  // JSON object
  Source source = Source::kApp;
  std::map<model::WorkflowStepType, std::string> config;
  std::vector<std::string> warnings;
};

std::string_view Name(ParamSet::Source source);  // "app", "user"

// {"id", "name", "meta", "source", "config"} as the API shows it.
std::string ToJson(const ParamSet& set);

// kInvalidArgument says the line, what is wrong and what is allowed.
base::Result<ParamSet> ParseParamSet(std::string_view yaml);

// The output versions of our own engines. A number grows when the output of a reader, the chunker
// or the model changes, so that what an older one left behind is not taken for the new.
struct EngineVersions {
  int parse = 1;
  int chunk = 1;
  int embed = 1;
};

// The configuration under which a step's artifacts are shared.
struct StepConfigText {
  model::WorkflowStepType type;
  std::string config;      // JSON of this step alone
  std::string cumulative;  // JSON of this step and all before it in enum order
};

// One per step type in enum order, whether the set names it or not. The text is printed as Python's
// json.dumps(indent=4) does it: rows of an installation that is taken over are found again.
std::vector<StepConfigText> CumulativeConfigs(const ParamSet& set, const EngineVersions& versions);

// The parameter sets of a folder. Thread-safe; changed files are noticed within a second.
class ParamSets {
 public:
  struct Options {
    std::filesystem::path folder;  // PARAM_DIR
    std::string default_id;        // DEFAULT_PARAM_ID
  };
  struct Summary {
    std::string id;
    std::string name;  // the id when the set has no name
    ParamSet::Source source = ParamSet::Source::kApp;
    std::optional<std::string> error;  // the file is there but cannot be used
  };
  struct Uploaded {
    enum class Outcome : uint8_t { kCreated, kExists } outcome = Outcome::kCreated;
    std::string id;
    std::filesystem::path file;                                 // kCreated
    ParamSet::Source existing_source = ParamSet::Source::kApp;  // kExists
    std::vector<std::string> warnings;
  };

  ParamSets(Options options, const base::Clock& clock);
  ~ParamSets();

  // An empty id means the default. kNotFound names the known ones; a broken file gives its error.
  base::Result<std::shared_ptr<const ParamSet>> Get(std::string_view id) const;
  std::vector<Summary> List() const;
  // The file verbatim.
  base::Result<std::string> Yaml(std::string_view id) const;
  // The sets whose store.data_dir is `data_dir`.
  std::vector<std::shared_ptr<const ParamSet>> ByTarget(std::string_view data_dir) const;

  // Checks the text and writes it verbatim (with "source: user" in front when it names no source)
  // to user_{id}.yaml; durable on return.
  base::Result<Uploaded> Upload(std::string_view yaml);
  // kPermissionDenied for shipped sets and for those that `in_use` says are in use.
  base::Result<> Remove(std::string_view id,
                        const std::function<base::Result<bool>(std::string_view id)>& in_use);

 private:
  const Options options_;
  const std::unique_ptr<YamlFolder<ParamSet>> folder_;
  std::mutex writing_;  // one upload or removal at a time
};

}  // namespace workflow
