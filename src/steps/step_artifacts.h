// Where a step finds what earlier steps left behind, and leaves its own. Private to the folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifacts/store.h"
#include "base/result.h"
#include "model/event.h"
#include "workflow/step.h"

namespace steps {

// The artifacts of one document in one run. Lives as long as the context it is made from.
class StepArtifacts {
 public:
  StepArtifacts(artifacts::Store& store, const workflow::StepContext& context)
      : store_(store), context_(context) {}

  // kNotFound when it, or the step that makes it, is not there.
  base::Result<std::string> Get(artifacts::Type type) const;
  // In bytes. kNotFound likewise.
  base::Result<uint64_t> Size(artifacts::Type type) const;
  // The bytes as they were uploaded.
  base::Result<artifacts::LocalFile> OpenDocument() const;
  // True when all of `types` are there already, made under the same configuration; their rows go
  // into `rows` (a crash may have come between the artifact and its row).
  base::Result<bool> Exist(std::initializer_list<artifacts::Type> types,
                           std::vector<model::ArtifactRecord>& rows) const;
  // Under the fence; the row for the outcome.
  base::Result<model::ArtifactRecord> Put(artifacts::Type type, std::string_view bytes) const;

 private:
  base::Result<artifacts::Key> KeyOf(artifacts::Type type) const;
  static model::ArtifactRecord RowOf(const artifacts::Key& key, uint64_t size);

  artifacts::Store& store_;
  const workflow::StepContext& context_;
};

}  // namespace steps
