#include "inference/bert_graph.h"

#include <cmath>
#include <openvino/opsets/opset13.hpp>
#include <optional>
#include <string>

namespace inference {
namespace {

using base::Result;
namespace op = ov::opset13;
using Node = ov::Output<ov::Node>;

constexpr float kMasked = -10000;  // added to the scores of filler tokens; fits every precision

Node Ints(const std::vector<int64_t>& values) {
  return op::Constant::create(ov::element::i64, {values.size()}, values);
}
Node Int(int64_t value) { return op::Constant::create(ov::element::i64, {}, {value}); }
Node Float(float value) { return op::Constant::create(ov::element::f32, {}, {value}); }

// Builds layer after layer. A missing or misshapen weight is remembered, not thrown: the caller
// asks once at the end.
class Builder {
 public:
  Builder(const BertConfig& config, const Safetensors& weights)
      : config_(config),
        weights_(weights),
        prefix_(weights.Find("bert.embeddings.word_embeddings.weight") ? "bert." : "") {}

  Result<std::shared_ptr<ov::Model>> Build() {
    const auto ids = std::make_shared<op::Parameter>(ov::element::i32, ov::PartialShape{-1, -1});
    const auto mask = std::make_shared<op::Parameter>(ov::element::f32, ov::PartialShape{-1, -1});
    ids->set_friendly_name("ids");
    mask->set_friendly_name("mask");
    // [rows, 1, 1, columns]: 0 for a token, very low for a filler.
    const Node lowered = Multiply(std::make_shared<op::Subtract>(mask, Float(1)), Float(-kMasked));
    const Node attention = std::make_shared<op::Unsqueeze>(lowered, Ints({1, 2}));
    Node x = Embeddings(ids);
    for (size_t i = 0; i < config_.layers; ++i) {
      x = Layer(x, attention, "encoder.layer." + std::to_string(i));
    }
    const auto result = std::make_shared<op::Result>(UnitMean(x, mask));
    if (failure_) return base::Fail(std::move(*failure_));
    return std::make_shared<ov::Model>(ov::ResultVector{result}, ov::ParameterVector{ids, mask});
  }

 private:
  static Node Add(const Node& a, const Node& b) { return std::make_shared<op::Add>(a, b); }
  static Node Multiply(const Node& a, const Node& b) {
    return std::make_shared<op::Multiply>(a, b);
  }

  // A weight, in place in the mapped file where its alignment allows.
  Node Weight(const std::string& name, const std::vector<size_t>& shape) {
    const auto tensor = weights_.FindF32(prefix_ + name, shape);
    if (!tensor) {
      if (!failure_) failure_ = tensor.error();
      return op::Constant::create(ov::element::f32, shape, {0.0F});
    }
    void* data = const_cast<std::byte*>(tensor->bytes.data());  // the runtime only reads constants
    if (reinterpret_cast<uintptr_t>(data) % alignof(float) != 0) {
      return std::make_shared<op::Constant>(ov::element::f32, ov::Shape(shape), data);
    }
    return std::make_shared<op::Constant>(ov::Tensor(ov::element::f32, ov::Shape(shape), data));
  }

  Node Normalise(const Node& x, const std::string& name) {
    const Node centred = std::make_shared<op::MVN>(
        x, Ints({-1}), true, static_cast<float>(config_.epsilon), ov::op::MVNEpsMode::INSIDE_SQRT);
    return Add(Multiply(centred, Weight(name + ".weight", {config_.width})),
               Weight(name + ".bias", {config_.width}));
  }

  Node Linear(const Node& x, const std::string& name, size_t in, size_t out) {
    const Node product =
        std::make_shared<op::MatMul>(x, Weight(name + ".weight", {out, in}), false, true);
    return Add(product, Weight(name + ".bias", {out}));
  }

  Node Embeddings(const Node& ids) {
    const std::string e = "embeddings.";
    const Node words = std::make_shared<op::Gather>(
        Weight(e + "word_embeddings.weight", {config_.vocab, config_.width}), ids, Int(0));
    const Node columns = std::make_shared<op::Gather>(
        std::make_shared<op::ShapeOf>(ids, ov::element::i64), Ints({1}), Int(0));
    const Node positions = std::make_shared<op::Slice>(
        Weight(e + "position_embeddings.weight", {config_.positions, config_.width}), Ints({0}),
        columns, Ints({1}), Ints({0}));
    const Node type = std::make_shared<op::Slice>(
        Weight(e + "token_type_embeddings.weight", {config_.types, config_.width}), Ints({0}),
        Ints({1}), Ints({1}), Ints({0}));
    return Normalise(Add(Add(words, positions), type), e + "LayerNorm");
  }

  // [rows, columns, width] → [rows, heads, columns, head width]
  Node SplitHeads(const Node& x) {
    const Node shaped =
        std::make_shared<op::Reshape>(x,
                                      Ints({0, 0, static_cast<int64_t>(config_.heads),
                                            static_cast<int64_t>(config_.head_width())}),
                                      true);
    return std::make_shared<op::Transpose>(shaped, Ints({0, 2, 1, 3}));
  }

  Node Attention(const Node& x, const Node& mask, const std::string& name) {
    const size_t width = config_.width;
    const Node query = SplitHeads(Linear(x, name + ".self.query", width, width));
    const Node key = SplitHeads(Linear(x, name + ".self.key", width, width));
    const Node value = SplitHeads(Linear(x, name + ".self.value", width, width));
    const Node mixed =
        std::make_shared<op::ScaledDotProductAttention>(query, key, value, mask, false);
    const Node joined =
        std::make_shared<op::Reshape>(std::make_shared<op::Transpose>(mixed, Ints({0, 2, 1, 3})),
                                      Ints({0, 0, static_cast<int64_t>(width)}), true);
    return Linear(joined, name + ".output.dense", width, width);
  }

  Node Layer(const Node& x, const Node& mask, const std::string& name) {
    const Node attended = Normalise(Add(x, Attention(x, mask, name + ".attention")),
                                    name + ".attention.output.LayerNorm");
    const Node inner = std::make_shared<op::Gelu>(
        Linear(attended, name + ".intermediate.dense", config_.width, config_.inner_width),
        ov::op::GeluApproximationMode::ERF);
    const Node outer = Linear(inner, name + ".output.dense", config_.inner_width, config_.width);
    return Normalise(Add(attended, outer), name + ".output.LayerNorm");
  }

  // The mean over the tokens that are no fillers, at unit length. The length makes dividing by
  // their number unnecessary.
  static Node UnitMean(const Node& x, const Node& mask) {
    const Node row = std::make_shared<op::Unsqueeze>(mask, Ints({1}));  // [rows, 1, columns]
    const Node sum = std::make_shared<op::Squeeze>(std::make_shared<op::MatMul>(row, x), Ints({1}));
    return std::make_shared<op::NormalizeL2>(sum, Ints({1}), 1e-24F, ov::op::EpsMode::ADD);
  }

  const BertConfig& config_;
  const Safetensors& weights_;
  std::string prefix_;
  std::optional<base::Error> failure_;
};

}  // namespace

Result<std::shared_ptr<ov::Model>> BuildBertGraph(const BertConfig& config,
                                                  const Safetensors& weights) {
  return Builder(config, weights).Build();
}

}  // namespace inference
