#include "steps/step_artifacts.h"

#include "model/status.h"
#include "reflect/enum.h"

namespace steps {
namespace {

using artifacts::Type;
using model::WorkflowStepType;

WorkflowStepType MakerOf(Type type) {
  switch (type) {
    case Type::kDocument:
      return WorkflowStepType::kIngest;
    case Type::kParsedMarkdown:
    case Type::kParsedJson:
      return WorkflowStepType::kParse;
    case Type::kChunks:
      return WorkflowStepType::kChunk;
    case Type::kEmbeddings:
      return WorkflowStepType::kEmbed;
    case Type::kRag:
      return WorkflowStepType::kStore;
  }
  return WorkflowStepType::kIngest;
}

}  // namespace

base::Result<artifacts::Key> StepArtifacts::KeyOf(Type type) const {
  artifacts::Key key{.type = type, .step_config_id = 0, .hash = context_.document.hash};
  if (type == Type::kDocument) return key;
  const auto at = context_.config_ids.find(MakerOf(type));
  if (at == context_.config_ids.end()) {
    return base::Fail(base::Code::kNotFound,
                      "the workflow has no " + std::string(reflect::Wire(MakerOf(type))) +
                          " step that makes " + std::string(artifacts::Name(type)));
  }
  key.step_config_id = at->second;
  return key;
}

base::Result<std::string> StepArtifacts::Get(Type type) const {
  SI_ASSIGN(const artifacts::Key key, KeyOf(type));
  return store_.Get(key);
}

base::Result<uint64_t> StepArtifacts::Size(Type type) const {
  SI_ASSIGN(const artifacts::Key key, KeyOf(type));
  SI_ASSIGN(const auto size, store_.Size(key));
  if (size) return *size;
  return base::Fail(base::Code::kNotFound,
                    "the artifact " + std::string(artifacts::Name(type)) + " is gone");
}

base::Result<artifacts::LocalFile> StepArtifacts::OpenDocument() const {
  SI_ASSIGN(const artifacts::Key key, KeyOf(Type::kDocument));
  return store_.Open(key);
}

base::Result<bool> StepArtifacts::Exist(std::initializer_list<Type> types,
                                        std::vector<model::ArtifactRecord>& rows) const {
  std::vector<model::ArtifactRecord> found;
  for (const Type type : types) {
    SI_ASSIGN(const artifacts::Key key, KeyOf(type));
    SI_ASSIGN(const auto size, store_.Size(key));
    if (!size) return false;
    found.push_back(RowOf(key, *size));
  }
  rows = std::move(found);
  return true;
}

base::Result<model::ArtifactRecord> StepArtifacts::Put(Type type, std::string_view bytes) const {
  SI_ASSIGN(const artifacts::Key key, KeyOf(type));
  SI_TRY(store_.Put(key, bytes, context_.fence));
  return RowOf(key, bytes.size());
}

model::ArtifactRecord StepArtifacts::RowOf(const artifacts::Key& key, uint64_t size) {
  return {.hash = key.hash,
          .artifact_type = std::string(artifacts::Name(key.type)),
          .step_config_id = key.step_config_id,
          .file_size = static_cast<int64_t>(size)};
}

}  // namespace steps
