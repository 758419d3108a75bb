#include "inference/session.h"

#include <algorithm>
#include <openvino/openvino.hpp>

#include "base/files.h"
#include "inference/bert_config.h"
#include "inference/bert_graph.h"
#include "inference/safetensors.h"

namespace inference {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxConfigBytes = size_t{1} << 20;

// How many kernels of each kind the runtime keeps per stream. It makes one per shape (a megabyte
// and 4 ms each), and by default keeps 5,000 of them.
const ov::AnyMap::value_type kKernelCache = {"CPU_RUNTIME_CACHE_CAPACITY", "64"};

class OpenVinoRequest final : public Request {
 public:
  OpenVinoRequest(ov::InferRequest request, const BertConfig& config)
      : request_(std::move(request)), config_(config) {}

  Result<> Run(const TokenBatch& batch, std::span<float> out) override {
    SI_TRY(Check(batch, out));
    try {
      const ov::Shape shape = {batch.rows, batch.columns};
      // The tensors only point at the caller's memory; the runtime does not write to inputs.
      request_.set_input_tensor(
          0, ov::Tensor(ov::element::i32, shape, const_cast<int32_t*>(batch.ids.data())));
      request_.set_input_tensor(
          1, ov::Tensor(ov::element::f32, shape, const_cast<float*>(batch.mask.data())));
      request_.infer();
      const ov::Tensor result = request_.get_output_tensor();
      std::copy_n(result.data<const float>(), out.size(), out.data());
    } catch (const std::exception& e) {
      return Fail(Code::kInternal, std::string("inference failed: ") + e.what());
    }
    return {};
  }

 private:
  Result<> Check(const TokenBatch& batch, std::span<float> out) const {
    const size_t cells = batch.rows * batch.columns;
    if (batch.rows == 0 || batch.columns == 0 || batch.columns > config_.positions ||
        batch.ids.size() != cells || batch.mask.size() != cells ||
        out.size() != batch.rows * config_.width) {
      return Fail(Code::kInvalidArgument, "inference: the batch does not fit the model");
    }
    const auto known = [&](int32_t id) {
      return id >= 0 && static_cast<size_t>(id) < config_.vocab;
    };
    if (!std::ranges::all_of(batch.ids, known)) {
      return Fail(Code::kInvalidArgument, "inference: a token id is not in the model's vocabulary");
    }
    return {};
  }

  ov::InferRequest request_;
  const BertConfig& config_;
};

class OpenVinoSession final : public Session {
 public:
  OpenVinoSession(const BertConfig& config, std::unique_ptr<Safetensors> weights)
      : config_(config), weights_(std::move(weights)) {}

  // Throws what the runtime throws.
  Result<> Compile(const SessionOptions& options) {
    SI_ASSIGN(const auto model, BuildBertGraph(config_, *weights_));
    precision_ = Choose(options.precision);
    const size_t streams = std::max<size_t>(options.threads, 1);
    const auto threads = static_cast<int>(streams);
    compiled_ = core_.compile_model(
        model, "CPU",
        ov::hint::inference_precision(precision_ == Precision::kBf16 ? ov::element::bf16
                                                                     : ov::element::f32),
        ov::num_streams(threads), ov::inference_num_threads(threads),
        ov::hint::enable_cpu_pinning(false), kKernelCache);
    return WarmUp(streams);
  }

  Result<std::unique_ptr<Request>> NewRequest() override {
    try {
      return std::make_unique<OpenVinoRequest>(compiled_.create_infer_request(), config_);
    } catch (const std::exception& e) {
      return Fail(Code::kInternal, std::string("inference: ") + e.what());
    }
  }

  size_t Width() const override { return config_.width; }
  size_t MaxPositions() const override { return config_.positions; }
  size_t VocabSize() const override { return config_.vocab; }
  Precision UsedPrecision() const override { return precision_; }

 private:
  // The first runs pack the weights into the layout of the processor; after that the mapped file is
  // needed only row by row (the word vectors).
  Result<> WarmUp(size_t streams) {
    const std::vector<int32_t> ids(8, 0);
    const std::vector<float> mask(8, 1.0F);
    std::vector<float> out(config_.width);
    for (size_t i = 0; i < streams; ++i) {
      SI_ASSIGN(const auto request, NewRequest());
      SI_TRY(request->Run({1, ids.size(), ids, mask}, out));
    }
    weights_->ReleasePages();
    return {};
  }

  Precision Choose(Precision wanted) {
    if (wanted != Precision::kAuto) return wanted;
    const auto capabilities = core_.get_property("CPU", ov::device::capabilities);
    const bool bf16 =
        std::ranges::find(capabilities, ov::device::capability::BF16) != capabilities.end();
    return bf16 ? Precision::kBf16 : Precision::kF32;
  }

  BertConfig config_;
  std::unique_ptr<Safetensors> weights_;  // outlives what is compiled from it
  ov::Core core_;
  ov::CompiledModel compiled_;
  Precision precision_ = Precision::kF32;
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Load(const std::filesystem::path& folder,
                                               const SessionOptions& options) {
  SI_ASSIGN(const std::string json, base::ReadFile(folder / "config.json", kMaxConfigBytes));
  SI_ASSIGN(const BertConfig config, ParseBertConfig(json));
  SI_ASSIGN(auto weights, Safetensors::Open(folder / "model.safetensors"));
  try {
    auto session = std::make_unique<OpenVinoSession>(config, std::move(weights));
    SI_TRY(session->Compile(options));
    return session;
  } catch (const std::exception& e) {
    return Fail(Code::kInternal, std::string("cannot compile the model: ") + e.what());
  }
}

}  // namespace inference
