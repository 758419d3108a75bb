#include <array>
#include <fstream>

#include "base/hash.h"
#include "steps/each.h"
#include "steps/step_artifacts.h"

namespace steps {
namespace {

// The bytes are there and are what the hash says. Memory does not grow with the file.
class Ingest final : public workflow::StepHandler {
 public:
  explicit Ingest(artifacts::Store& store) : store_(store) {}

  base::Result<workflow::StepOutcome> Run(const workflow::StepContext& context) override {
    SI_ASSIGN(const artifacts::LocalFile file, StepArtifacts(store_, context).OpenDocument());
    std::ifstream in(file.path(), std::ios::binary);
    base::Hasher hasher(base::HashKind::kSha256);
    std::vector<char> buffer(1 << 20);
    int64_t size = 0;
    while (in) {
      SI_TRY(CheckStop(context));
      in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      hasher.Update({buffer.data(), static_cast<size_t>(in.gcount())});
      size += in.gcount();
      context.progress->OnProgress(size, context.document.file_size.value_or(size));
    }
    if (!in.eof()) return base::Fail(base::Code::kIo, "cannot read " + file.path().string());
    if ("sha256-" + hasher.FinishHex() != context.document.hash) {
      return base::Fail(base::Code::kDamaged,
                        "the stored bytes of " + context.document.hash +
                            " are not those that were uploaded; upload the document again");
    }
    workflow::StepOutcome outcome;
    outcome.status_meta.text = "{\"bytes\":" + std::to_string(size) + "}";
    return outcome;
  }

 private:
  artifacts::Store& store_;
};

}  // namespace

std::unique_ptr<workflow::StepHandler> NewIngest(const Dependencies& dependencies) {
  return std::make_unique<Ingest>(dependencies.artifacts);
}

}  // namespace steps
