#include "text/bpe.h"

#include <array>

#include "base/files.h"
#include "text/added_tokens.h"
#include "text/bpe_merges.h"
#include "text/bpe_split.h"
#include "text/tokenizer_json.h"
#include "text/utf8.h"
#include "text/vocab_trie.h"
#include "text/wordpiece.h"

namespace text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxFileBytes = size_t{128} << 20;

// What stands before the merges: how text is normalised and cut.
struct Front {
  bool nfc = false;
  BpePattern pattern = BpePattern::kGpt2;
  bool prefix_space = false;
};

struct Config {
  Front front;
  std::vector<std::pair<std::string, int32_t>> vocab;  // tokens as bytes
  std::array<int32_t, 256> byte_ids;                   // -1: the byte has no token and is dropped
  std::vector<BpeMerge> merges;
  bool ignore_merges = false;  // a piece that is in the vocabulary is taken as it is
  std::vector<AddedToken> raw_added;
  std::vector<AddedToken> normalised_added;
};

// Byte-level files write each byte as one printable character: those that are printable in Latin-1
// as themselves, the others as U+0100, U+0101, … in order.
std::array<int, 512> MakeByteOfCharacter() {
  std::array<int, 512> table;
  table.fill(-1);
  size_t next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
    table[printable ? static_cast<size_t>(byte) : next++] = byte;
  }
  return table;
}

// The bytes that a token of the file stands for; nullopt when it is not written in that alphabet.
std::optional<std::string> BytesOfToken(std::string_view token, const std::array<int, 512>& table) {
  std::string bytes;
  for (size_t at = 0; at < token.size();) {
    const Decoded decoded = DecodeAt(token, at);
    at += decoded.length;
    if (decoded.code_point >= table.size() || table[decoded.code_point] < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(table[decoded.code_point]));
  }
  return bytes;
}

class BpeTokenizer final : public Tokenizer {
 public:
  BpeTokenizer(Config config, size_t max_tokens)
      : front_(config.front),
        byte_ids_(config.byte_ids),
        merges_(config.merges),
        raw_added_(std::move(config.raw_added)),
        normalised_added_(std::move(config.normalised_added)),
        max_tokens_(max_tokens) {
    // Whole pieces that are one token, found without merging: the common case.
    std::erase_if(config.vocab, [&](const auto& entry) {
      if (config.ignore_merges) return false;
      std::vector<int32_t> tokens = Merged(entry.first);
      return tokens.size() != 1 || tokens[0] != entry.second;
    });
    whole_ = VocabTrie(std::move(config.vocab));
  }

  size_t Count(std::string_view utf8) const override { return Encode(utf8).size(); }

  std::vector<int32_t> Encode(std::string_view utf8) const override {
    std::string valid;
    if (!IsValidUtf8(utf8)) utf8 = valid = Sanitise(utf8);
    std::vector<int32_t> ids;
    ids.reserve(utf8.size() / 3 + 1);
    const auto on_token = [&](int32_t id) { ids.push_back(id); };
    raw_added_.Split(
        utf8,
        [&](std::string_view stretch) {
          const std::string normal = front_.nfc ? ToNfc(stretch) : std::string(stretch);
          normalised_added_.Split(
              normal, [&](std::string_view plain) { AppendPlain(plain, ids); }, on_token);
        },
        on_token);
    return ids;
  }

  size_t MaxTokens() const override { return max_tokens_; }

 private:
  std::vector<int32_t> Merged(std::string_view bytes) const {
    std::vector<int32_t> tokens;
    tokens.reserve(bytes.size());
    for (const char c : bytes) {
      const int32_t id = byte_ids_[static_cast<uint8_t>(c)];
      if (id >= 0) tokens.push_back(id);
    }
    merges_.Apply(tokens);
    return tokens;
  }

  void AppendPlain(std::string_view plain, std::vector<int32_t>& ids) const {
    std::string with_space;
    if (front_.prefix_space && !plain.starts_with(' ')) {
      with_space = " " + std::string(plain);
      plain = with_space;
    }
    while (!plain.empty()) {
      const std::string_view piece = plain.substr(0, NextBpePiece(front_.pattern, plain));
      plain.remove_prefix(piece.size());
      if (const int32_t id = whole_.Find(piece); id >= 0) {
        ids.push_back(id);
        continue;
      }
      const std::vector<int32_t> tokens = Merged(piece);
      ids.insert(ids.end(), tokens.begin(), tokens.end());
    }
  }

  Front front_;
  std::array<int32_t, 256> byte_ids_;
  BpeMerges merges_;
  AddedTokens raw_added_;
  AddedTokens normalised_added_;
  VocabTrie whole_;
  size_t max_tokens_;
};

std::unexpected<base::Error> Unsupported(const std::string& what) {
  return Fail(Code::kUnsupported, "tokenizer.json: " + what + " is not supported");
}

Result<BpePattern> ReadPattern(const TokenizerJson& file, const std::string& split) {
  SI_ASSIGN(const std::string type, file.String(split + "/type"));
  if (type != "Split") return Unsupported("pre-tokenizer '" + type + "'");
  SI_ASSIGN(const std::string behaviour, file.String(split + "/behavior"));
  if (behaviour != "Isolated" || file.Bool(split + "/invert", false)) {
    return Unsupported("a Split that is not Isolated");
  }
  SI_ASSIGN(const std::string regex, file.String(split + "/pattern/Regex"));
  const auto pattern = RecogniseBpePattern(regex);
  if (!pattern) return Unsupported("the pre-tokenizer pattern '" + regex + "'");
  return *pattern;
}

Result<Front> ReadFront(const TokenizerJson& file) {
  Front front;
  if (file.Has("/normalizer")) {
    SI_ASSIGN(const std::string type, file.String("/normalizer/type"));
    if (type != "NFC") return Unsupported("normalizer '" + type + "'");
    front.nfc = true;
  }
  std::string byte_level = "/pre_tokenizer";
  SI_ASSIGN(std::string type, file.String("/pre_tokenizer/type"));
  if (type == "Sequence") {
    if (file.Length("/pre_tokenizer/pretokenizers") != 2) {
      return Unsupported("a sequence of other than two pre-tokenizers");
    }
    SI_ASSIGN(front.pattern, ReadPattern(file, "/pre_tokenizer/pretokenizers/0"));
    byte_level = "/pre_tokenizer/pretokenizers/1";
    SI_ASSIGN(type, file.String(byte_level + "/type"));
  }
  if (type != "ByteLevel") return Unsupported("pre-tokenizer '" + type + "'");
  const bool own_regex = file.Bool(byte_level + "/use_regex", true);
  front.prefix_space = file.Bool(byte_level + "/add_prefix_space", true);
  if (own_regex != (byte_level == "/pre_tokenizer")) {
    return Unsupported("ByteLevel with this use_regex at this place");
  }
  if (!own_regex && front.prefix_space) return Unsupported("add_prefix_space after a Split");
  return front;
}

// Features of the model that would change the result and that no byte-level model we know uses.
Result<> CheckModel(const TokenizerJson& file) {
  SI_ASSIGN(const std::string type, file.String("/model/type"));
  if (type != "BPE") return Unsupported("model '" + type + "' as BPE");
  if (file.Bool("/model/byte_fallback", false)) return Unsupported("byte_fallback");
  if (file.Has("/model/dropout")) return Unsupported("dropout");
  for (const char* affix : {"/model/continuing_subword_prefix", "/model/end_of_word_suffix"}) {
    if (!file.Has(affix)) continue;
    SI_ASSIGN(const std::string value, file.String(affix));
    if (!value.empty()) return Unsupported(affix);
  }
  return {};
}

Result<> ReadVocab(const TokenizerJson& file, Config& config) {
  const auto table = MakeByteOfCharacter();
  config.byte_ids.fill(-1);
  SI_ASSIGN(const auto vocab, file.Vocab());
  for (const auto& [token, id] : vocab) {
    auto bytes = BytesOfToken(token, table);
    if (!bytes || bytes->empty()) continue;  // an added token kept in the vocabulary too
    if (bytes->size() == 1) config.byte_ids[static_cast<uint8_t>((*bytes)[0])] = id;
    config.vocab.emplace_back(std::move(*bytes), id);
  }
  const VocabTrie ids(vocab);
  SI_ASSIGN(const auto merges, file.Merges());
  config.merges.reserve(merges.size());
  for (const auto& [left, right] : merges) {
    const BpeMerge merge = {ids.Find(left), ids.Find(right), ids.Find(left + right)};
    if (merge.left < 0 || merge.right < 0 || merge.merged < 0) {
      return Fail(Code::kDamaged, "tokenizer.json: the merge of '" + left + "' and '" + right +
                                      "' is not in the vocabulary");
    }
    config.merges.push_back(merge);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> ParseBpe(std::string_view content, const BpeOptions& options) {
  SI_ASSIGN(const TokenizerJson file, TokenizerJson::Parse(content));
  SI_TRY(CheckModel(file));
  Config config;
  SI_ASSIGN(config.front, ReadFront(file));
  SI_TRY(ReadVocab(file, config));
  config.ignore_merges = file.Bool("/model/ignore_merges", false);
  SI_ASSIGN(config.raw_added, file.Added(TokenizerJson::AddedKind::kRaw));
  SI_ASSIGN(config.normalised_added, file.Added(TokenizerJson::AddedKind::kNormalised));
  return std::make_unique<BpeTokenizer>(std::move(config), options.max_tokens);
}

Result<std::unique_ptr<Tokenizer>> LoadBpe(const std::filesystem::path& path,
                                           const BpeOptions& options) {
  SI_ASSIGN(const std::string content, base::ReadFile(path, kMaxFileBytes));
  auto tokenizer = ParseBpe(content, options);
  if (!tokenizer) return Fail(tokenizer.error().Within("cannot read " + path.string()));
  return tokenizer;
}

Result<std::unique_ptr<Tokenizer>> LoadTokenizer(const std::filesystem::path& path,
                                                 size_t max_tokens) {
  SI_ASSIGN(const std::string content, base::ReadFile(path, kMaxFileBytes));
  std::string type = "WordPiece";
  if (const auto file = TokenizerJson::Parse(content)) {
    type = file->String("/model/type").value_or(type);
  }
  if (type == "BPE") return ParseBpe(content, {.max_tokens = max_tokens});
  return ParseWordPiece(content, {.max_tokens = max_tokens});
}

}  // namespace text
