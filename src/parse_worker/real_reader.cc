#include "parse_worker/real_reader.h"

namespace parse_worker {
namespace {

class RealReader final : public Reader {
 public:
  base::Result<Reading> Parse(const Source& source, docling::DiagnosticSink&, Pages&) override {
    return base::Fail(base::Code::kUnsupported, "no reader for " + std::string(source.filename));
  }
  base::Result<parse_protocol::Facts> Inspect(const Source& source,
                                              docling::DiagnosticSink&) override {
    return base::Fail(base::Code::kUnsupported, "no reader for " + std::string(source.filename));
  }
};

}  // namespace

base::Result<std::unique_ptr<Reader>> MakeRealReader(const std::string&) {
  return std::make_unique<RealReader>();
}

}  // namespace parse_worker
