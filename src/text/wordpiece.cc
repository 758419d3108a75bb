#include "text/wordpiece.h"

#include "base/files.h"
#include "text/added_tokens.h"
#include "text/bert_words.h"
#include "text/tokenizer_json.h"
#include "text/vocab_trie.h"

namespace text {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr size_t kMaxFileBytes = size_t{128} << 20;

// Everything a file says about a WordPiece tokenizer.
struct Config {
  std::vector<std::pair<std::string, int32_t>> vocab;
  std::vector<AddedToken> added;
  BertOptions normaliser;
  std::string unknown = "[UNK]";
  std::string continuation = "##";
  size_t max_word_chars = 100;
};

struct SpecialIds {
  int32_t cls;
  int32_t sep;
  int32_t pad;
  int32_t unknown;
};

class WordPieceTokenizer final : public WordPiece {
 public:
  WordPieceTokenizer(Config config, VocabTrie trie, SpecialIds ids, size_t max_tokens)
      : trie_(std::move(trie)),
        added_(std::move(config.added)),
        normaliser_(config.normaliser),
        continuation_(trie_.FindNode(config.continuation)),
        max_word_chars_(config.max_word_chars),
        ids_(ids),
        max_tokens_(max_tokens) {}

  size_t Count(std::string_view utf8) const override {
    size_t count = 0;
    std::vector<int32_t> pieces;
    Tokenize(utf8, pieces, [&] {
      count += pieces.size();
      pieces.clear();
    });
    return count;
  }

  std::vector<int32_t> Encode(std::string_view utf8) const override {
    std::vector<int32_t> ids;
    ids.reserve(utf8.size() / 4 + 1);
    Tokenize(utf8, ids, [] {});
    return ids;
  }

  size_t MaxTokens() const override { return max_tokens_; }
  int32_t ClsId() const override { return ids_.cls; }
  int32_t SepId() const override { return ids_.sep; }
  int32_t PadId() const override { return ids_.pad; }

 private:
  // Appends to `out`; calls after_word when a word's ids are complete.
  template <typename AfterWord>
  void Tokenize(std::string_view utf8, std::vector<int32_t>& out, AfterWord&& after_word) const {
    const auto plain = [&](std::string_view piece) {
      ForEachBertWord(piece, normaliser_, [&](std::string_view word, size_t code_points) {
        AppendWord(word, code_points, out);
        after_word();
      });
    };
    if (added_.NoneIn(utf8)) return plain(utf8);
    added_.Split(utf8, plain, [&](int32_t id) {
      out.push_back(id);
      after_word();
    });
  }

  void AppendWord(std::string_view word, size_t code_points, std::vector<int32_t>& out) const {
    if (code_points > max_word_chars_) {
      out.push_back(ids_.unknown);
      return;
    }
    const size_t start = out.size();
    VocabTrie::Node from = VocabTrie::kRoot;
    while (!word.empty()) {
      const auto match = from == VocabTrie::kNone ? VocabTrie::Match() : trie_.Longest(from, word);
      if (match.id < 0) {  // one unknown piece makes the whole word unknown
        out.resize(start);
        out.push_back(ids_.unknown);
        return;
      }
      out.push_back(match.id);
      word.remove_prefix(match.length);
      from = continuation_;
    }
  }

  VocabTrie trie_;
  AddedTokens added_;
  BertOptions normaliser_;
  VocabTrie::Node continuation_;
  size_t max_word_chars_;
  SpecialIds ids_;
  size_t max_tokens_;
};

Config FromVocabText(std::string_view content) {
  Config config;
  while (!content.empty()) {
    const size_t end = std::min(content.find('\n'), content.size());
    std::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    config.vocab.emplace_back(line, static_cast<int32_t>(config.vocab.size()));
  }
  for (const auto& [token, id] : config.vocab) {
    for (const std::string_view special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
      if (token == special) config.added.push_back({.content = token, .id = id});
    }
  }
  return config;
}

Result<BertOptions> ReadNormaliser(const TokenizerJson& file) {
  SI_ASSIGN(const std::string type, file.String("/normalizer/type"));
  if (type != "BertNormalizer") {
    return Fail(Code::kUnsupported, "tokenizer.json: normalizer '" + type +
                                        "' is not supported for WordPiece (only BertNormalizer)");
  }
  BertOptions options;
  options.lowercase = file.Bool("/normalizer/lowercase", true);
  options.strip_accents = file.Bool("/normalizer/strip_accents", options.lowercase);
  options.space_cjk = file.Bool("/normalizer/handle_chinese_chars", true);
  if (!file.Bool("/normalizer/clean_text", true)) {
    return Fail(Code::kUnsupported, "tokenizer.json: clean_text = false is not supported");
  }
  return options;
}

Result<Config> FromJson(std::string_view content) {
  SI_ASSIGN(const TokenizerJson file, TokenizerJson::Parse(content));
  SI_ASSIGN(const std::string type, file.String("/model/type"));
  SI_ASSIGN(const std::string split, file.String("/pre_tokenizer/type"));
  if (type != "WordPiece" || split != "BertPreTokenizer") {
    return Fail(Code::kUnsupported,
                "tokenizer.json: expected a WordPiece model behind a "
                "BertPreTokenizer, found '" +
                    type + "' behind '" + split + "'");
  }
  Config config;
  SI_ASSIGN(config.normaliser, ReadNormaliser(file));
  SI_ASSIGN(config.vocab, file.Vocab());
  SI_ASSIGN(config.added, file.Added(TokenizerJson::AddedKind::kAll));
  SI_ASSIGN(config.unknown, file.String("/model/unk_token"));
  SI_ASSIGN(config.continuation, file.String("/model/continuing_subword_prefix"));
  SI_ASSIGN(config.max_word_chars, file.Size("/model/max_input_chars_per_word", 100));
  return config;
}

}  // namespace

Result<std::unique_ptr<WordPiece>> ParseWordPiece(std::string_view content,
                                                  const WordPieceOptions& options) {
  Config config;
  const size_t start = content.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && content[start] == '{') {
    SI_ASSIGN(config, FromJson(content));
  } else {
    config = FromVocabText(content);
  }
  VocabTrie trie(std::move(config.vocab));
  const auto added = [&](std::string_view token) { return trie.Find(token); };
  const SpecialIds ids = {added("[CLS]"), added("[SEP]"), added("[PAD]"), added(config.unknown)};
  if (ids.cls < 0 || ids.sep < 0 || ids.pad < 0 || ids.unknown < 0) {
    return Fail(Code::kDamaged,
                "not a WordPiece vocabulary: [CLS], [SEP], [PAD] or the unknown token is missing");
  }
  return std::make_unique<WordPieceTokenizer>(std::move(config), std::move(trie), ids,
                                              options.max_tokens);
}

Result<std::unique_ptr<WordPiece>> LoadWordPiece(const std::filesystem::path& path,
                                                 const WordPieceOptions& options) {
  SI_ASSIGN(const std::string content, base::ReadFile(path, kMaxFileBytes));
  auto tokenizer = ParseWordPiece(content, options);
  if (!tokenizer) return Fail(tokenizer.error().Within("cannot read " + path.string()));
  return tokenizer;
}

}  // namespace text
