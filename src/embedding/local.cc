#include "embedding/local.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "base/files.h"
#include "base/guarded.h"
#include "embedding/batch_queue.h"
#include "inference/session.h"
#include "text/wordpiece.h"

namespace embedding {
namespace {

using base::Code;
using base::Fail;
using base::Result;
namespace json = boost::json;

constexpr size_t kMaxConfigBytes = size_t{1} << 20;
constexpr size_t kSpecialTokens = 2;  // [CLS] and [SEP]

// A small JSON file of the model folder; a null value when it does not exist.
Result<json::value> ReadOptional(const std::filesystem::path& path) {
  const auto content = base::ReadFile(path, kMaxConfigBytes);
  if (!content && content.error().code() == Code::kNotFound) return json::value();
  if (!content) return Fail(content.error());
  boost::system::error_code error;
  json::value value = json::parse(*content, error);
  if (error || !value.is_object()) {
    return Fail(Code::kDamaged, path.string() + ": not a JSON object");
  }
  return value;
}

// A model that wants another pooling than the mean would give vectors that look right and are not.
Result<> CheckPooling(const std::filesystem::path& folder) {
  SI_ASSIGN(const json::value pooling, ReadOptional(folder / "1_Pooling" / "config.json"));
  if (pooling.is_null()) return {};
  for (const auto& [name, value] : pooling.get_object()) {
    const bool wanted = std::string_view(name) == "pooling_mode_mean_tokens";
    if (std::string_view(name).starts_with("pooling_mode_") && value.is_bool() &&
        value.get_bool() != wanted) {
      return Fail(Code::kUnsupported,
                  folder.string() + ": only mean pooling is supported, the model asks for another");
    }
  }
  return {};
}

Result<size_t> Window(const LocalOptions& options, const inference::Session& session) {
  size_t window = options.max_tokens;
  if (window == 0) {
    SI_ASSIGN(const json::value config, ReadOptional(options.folder / "sentence_bert_config.json"));
    const auto* length =
        config.is_object() ? config.get_object().if_contains("max_seq_length") : nullptr;
    if (length != nullptr && length->is_int64() && length->get_int64() > 0) {
      window = static_cast<size_t>(length->get_int64());
    }
  }
  if (window == 0) window = session.MaxPositions();
  if (window <= kSpecialTokens || window > session.MaxPositions()) {
    return Fail(Code::kInvalidArgument, "a window of " + std::to_string(window) +
                                            " tokens does not fit the model's " +
                                            std::to_string(session.MaxPositions()) + " positions");
  }
  return window;
}

Result<std::unique_ptr<text::WordPiece>> LoadTokenizer(const std::filesystem::path& folder,
                                                       size_t window) {
  std::filesystem::path file = folder / "tokenizer.json";
  if (!std::filesystem::exists(file)) file = folder / "vocab.txt";
  return text::LoadWordPiece(file, {.max_tokens = window});
}

inference::Precision ToInference(LocalOptions::Precision precision) {
  switch (precision) {
    case LocalOptions::Precision::kF32:
      return inference::Precision::kF32;
    case LocalOptions::Precision::kBf16:
      return inference::Precision::kBf16;
    case LocalOptions::Precision::kAuto:
      break;
  }
  return inference::Precision::kAuto;
}

class OpenVinoEmbedder final : public LocalEmbedder {
 public:
  OpenVinoEmbedder(std::string model, std::unique_ptr<inference::Session> session,
                   std::unique_ptr<text::WordPiece> tokenizer)
      : model_(std::move(model)),
        session_(std::move(session)),
        tokenizer_(std::move(tokenizer)),
        window_(tokenizer_->MaxTokens()) {}

  ~OpenVinoEmbedder() override {
    queue_.Close();
    workers_.clear();  // joins
  }

  Result<> Start(size_t threads) {
    for (size_t i = 0; i < threads; ++i) {
      SI_ASSIGN(auto request, session_->NewRequest());
      workers_.emplace_back([this, own = std::move(request)] { Work(*own); });
    }
    return {};
  }

  Result<std::vector<float>> Embed(std::span<const std::string> texts) override {
    if (texts.empty()) return std::vector<float>();
    const auto job = std::make_shared<EmbedJob>(texts.size(), session_->Width());
    std::vector<EmbedItem> items;
    items.reserve(texts.size());
    size_t cut = 0;
    for (size_t row = 0; row < texts.size(); ++row) {
      std::vector<int32_t> ids = tokenizer_->Encode(texts[row]);
      if (ids.size() + kSpecialTokens > window_) {
        ids.resize(window_ - kSpecialTokens);
        ++cut;
      }
      ids.insert(ids.begin(), tokenizer_->ClsId());
      ids.push_back(tokenizer_->SepId());
      items.push_back({job, row, std::move(ids)});
    }
    statistics_.With([&](LocalStatistics& statistics) { statistics.cut_texts += cut; });
    queue_.Add(std::move(items));
    return job->Wait();
  }

  size_t Dimension() const override { return session_->Width(); }
  const std::string& Model() const override { return model_; }
  size_t TokensBeyondWindow(std::string_view text) const override {
    const size_t tokens = tokenizer_->Count(text) + kSpecialTokens;
    return tokens > window_ ? tokens - window_ : 0;
  }
  LocalStatistics Statistics() const override {
    return statistics_.With([](const LocalStatistics& statistics) { return statistics; });
  }
  const text::Tokenizer& Tokenizer() const override { return *tokenizer_; }

 private:
  // A worker's life: batch after batch until the queue is closed.
  void Work(inference::Request& request) {
    std::vector<int32_t> ids;
    std::vector<float> mask;
    std::vector<float> vectors;
    for (auto batch = queue_.Next(); !batch.empty(); batch = queue_.Next()) {
      std::erase_if(batch, [](const EmbedItem& item) { return item.job->Failed(); });
      if (batch.empty()) continue;
      const size_t columns = FillIn(batch, ids, mask);
      vectors.resize(batch.size() * session_->Width());
      const auto start = std::chrono::steady_clock::now();
      const auto done = request.Run({batch.size(), columns, ids, mask}, vectors);
      Count(batch, columns, std::chrono::steady_clock::now() - start);
      for (size_t i = 0; i < batch.size(); ++i) {
        if (done) {
          batch[i].job->SetRow(batch[i].row,
                               std::span(vectors).subspan(i * Dimension(), Dimension()));
        } else {
          batch[i].job->Fail(done.error());
        }
      }
    }
  }

  // Returns the columns of the batch.
  size_t FillIn(const std::vector<EmbedItem>& batch, std::vector<int32_t>& ids,
                std::vector<float>& mask) const {
    size_t columns = 0;
    for (const EmbedItem& item : batch) columns = std::max(columns, item.ids.size());
    columns = std::min(BatchQueue::PaddedLength(columns), window_);
    ids.assign(batch.size() * columns, tokenizer_->PadId());
    mask.assign(ids.size(), 0.0F);
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto at = static_cast<ptrdiff_t>(i * columns);
      std::ranges::copy(batch[i].ids, ids.begin() + at);
      std::fill_n(mask.begin() + at, batch[i].ids.size(), 1.0F);
    }
    return columns;
  }

  void Count(const std::vector<EmbedItem>& batch, size_t columns,
             std::chrono::steady_clock::duration time) {
    size_t tokens = 0;
    for (const EmbedItem& item : batch) tokens += item.ids.size();
    statistics_.With([&](LocalStatistics& statistics) {
      statistics.texts += batch.size();
      statistics.tokens += tokens;
      statistics.padded_tokens += batch.size() * columns;
      ++statistics.batches;
      statistics.run_seconds += std::chrono::duration<double>(time).count();
    });
  }

  const std::string model_;
  const std::unique_ptr<inference::Session> session_;
  const std::unique_ptr<text::WordPiece> tokenizer_;
  const size_t window_;
  // Own synchronisation:
  BatchQueue queue_;
  base::Guarded<LocalStatistics> statistics_;
  // Last, so that the threads end before what they use.
  std::vector<std::jthread> workers_;
};

}  // namespace

Result<std::unique_ptr<LocalEmbedder>> LocalEmbedder::Load(const LocalOptions& options) {
  const size_t threads =
      options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  SI_TRY(CheckPooling(options.folder));
  SI_ASSIGN(auto session,
            inference::Session::Load(
                options.folder, {.threads = threads, .precision = ToInference(options.precision)}));
  SI_ASSIGN(const size_t window, Window(options, *session));
  SI_ASSIGN(auto tokenizer, LoadTokenizer(options.folder, window));
  auto embedder =
      std::make_unique<OpenVinoEmbedder>(options.model, std::move(session), std::move(tokenizer));
  SI_TRY(embedder->Start(threads));
  return embedder;
}

}  // namespace embedding
