#include "parse_protocol/messages.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "reflect/json.h"
#include "text/utf8.h"

namespace parse_protocol {
namespace {

// Frame ids. Both ends are built together, so numbers may change.
enum Id : uint32_t {
  kJob = 1,
  kPage,
  kDocument,
  kMarkdown,
  kPart,
  kResult,
  kFailure,
  kReady,
  kEnded,
  kFork,
  kKill,
};

// What is longer is cut by the sender and cut again by the receiver.
constexpr size_t kMaxDiagnostics = 500;
constexpr size_t kMaxWhat = 800;
constexpr size_t kMaxFact = 4000;
constexpr size_t kMaxFindings = 600'000;  // bytes of JSON: with the rest below FrameLimits::header
constexpr int32_t kMaxPages = 10'000'000;
constexpr size_t kMaxPageOrigins = 4000;  // each of pages in a row

struct WireDiagnostic {
  int32_t severity = 0;
  std::string what;
  std::string where;
};
BOOST_DESCRIBE_STRUCT(WireDiagnostic, (), (severity, what, where))

struct WirePages {
  int32_t first = 0;
  int32_t last = 0;
  int32_t source = 0;
  double confidence = 0;
};
BOOST_DESCRIBE_STRUCT(WirePages, (), (first, last, source, confidence))

struct WireResult {
  Facts facts;
  std::vector<WireDiagnostic> diagnostics;
  std::vector<WirePages> pages;
};
BOOST_DESCRIBE_STRUCT(WireResult, (), (facts, diagnostics, pages))

struct WireFailure {
  std::string code;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(WireFailure, (), (code, message))

std::unexpected<base::Error> Nonsense(std::string_view what) {
  return base::Fail(base::Code::kDamaged, "a message that makes no sense: " + std::string(what));
}

// Valid UTF-8 of at most `limit` bytes.
std::string Cut(std::string_view text, size_t limit) {
  if (text.size() > limit) {
    while (limit > 0 && (static_cast<uint8_t>(text[limit]) & 0xC0) == 0x80) --limit;
    text = text.substr(0, limit);
  }
  return text::Sanitise(text);
}

Facts Cut(const Facts& facts) {
  return {.mime_type = Cut(facts.mime_type, 200),
          .page_count = std::clamp(facts.page_count, 0, kMaxPages),
          .title = Cut(facts.title, kMaxFact),
          .author = Cut(facts.author, kMaxFact),
          .subject = Cut(facts.subject, kMaxFact),
          .keywords = Cut(facts.keywords, kMaxFact)};
}

WireResult ToWire(const Result& result) {
  WireResult wire{.facts = Cut(result.facts), .diagnostics = {}, .pages = {}};
  for (const docling::PageOrigin& pages : result.pages) {
    if (wire.pages.size() == kMaxPageOrigins) break;
    wire.pages.push_back(
        {pages.first, pages.last, std::to_underlying(pages.source), pages.confidence});
  }
  size_t bytes = 0;
  for (const docling::Diagnostic& diagnostic : result.diagnostics) {
    WireDiagnostic next{.severity = std::to_underlying(diagnostic.severity),
                        .what = Cut(diagnostic.what, kMaxWhat),
                        .where = Cut(diagnostic.where, kMaxWhat)};
    bytes += reflect::ToJson(next).size();
    if (wire.diagnostics.size() == kMaxDiagnostics || bytes > kMaxFindings) break;
    wire.diagnostics.push_back(std::move(next));
  }
  const size_t left_out = result.diagnostics.size() - wire.diagnostics.size();
  if (left_out > 0) {
    wire.diagnostics.push_back({.severity = std::to_underlying(docling::Severity::kWarning),
                                .what = std::to_string(left_out) + " more findings",
                                .where = ""});
  }
  return wire;
}

base::Result<Result> FromWire(const WireResult& wire) {
  if (wire.diagnostics.size() > kMaxDiagnostics + 1) return Nonsense("too many findings");
  if (wire.pages.size() > kMaxPageOrigins) return Nonsense("too many kinds of pages");
  Result result{.facts = Cut(wire.facts), .diagnostics = {}, .pages = {}};
  int32_t last = 0;
  for (const WirePages& pages : wire.pages) {
    if (pages.first <= last || pages.last < pages.first || pages.last > kMaxPages ||
        pages.source < 0 || pages.source > std::to_underlying(docling::PageSource::kLeftOut) ||
        !(pages.confidence >= 0 && pages.confidence <= 1)) {
      return Nonsense("pages " + std::to_string(pages.first) + " to " + std::to_string(pages.last));
    }
    last = pages.last;
    result.pages.push_back({pages.first, pages.last, static_cast<docling::PageSource>(pages.source),
                            pages.confidence});
  }
  for (const WireDiagnostic& diagnostic : wire.diagnostics) {
    if (diagnostic.severity < 0 ||
        diagnostic.severity > std::to_underlying(docling::Severity::kError)) {
      return Nonsense("a severity of " + std::to_string(diagnostic.severity));
    }
    result.diagnostics.push_back({.severity = static_cast<docling::Severity>(diagnostic.severity),
                                  .what = Cut(diagnostic.what, kMaxWhat),
                                  .where = Cut(diagnostic.where, kMaxWhat)});
  }
  return result;
}

// The codes a reader may answer with; what else it claims is our own broken promise.
constexpr base::Code kReaderCodes[] = {
    base::Code::kInvalidArgument, base::Code::kUnsupported, base::Code::kEncrypted,
    base::Code::kDamaged,         base::Code::kTooLarge,    base::Code::kInternal,
};

base::Result<Failure> FromWire(const WireFailure& wire) {
  const auto* found =
      std::find_if(std::begin(kReaderCodes), std::end(kReaderCodes),
                   [&](base::Code code) { return base::Info(code).name == wire.code; });
  const base::Code code = found == std::end(kReaderCodes) ? base::Code::kInternal : *found;
  return Failure{.code = code, .message = Cut(wire.message, kMaxFact)};
}

template <typename T>
base::Result<T> Read(const process::Frame& frame) {
  auto read = reflect::FromJson<T>(frame.header);
  if (!read) return Nonsense(read.error().message());
  return read;
}

Encoded Text(Id id, std::string_view text) { return {.id = id, .header = "{}", .block = text}; }

base::Result<std::string> TextOf(process::Frame& frame) {
  if (!text::IsValidUtf8(frame.block)) return Nonsense("a text that is not UTF-8");
  return std::move(frame.block);
}

struct Encoder {
  Encoded operator()(const Page& page) const { return {kPage, reflect::ToJson(page)}; }
  Encoded operator()(const Document& document) const { return Text(kDocument, document.json); }
  Encoded operator()(const Markdown& markdown) const { return Text(kMarkdown, markdown.text); }
  Encoded operator()(const Part& part) const { return Text(kPart, part.bytes); }
  Encoded operator()(const Result& result) const {
    return {kResult, reflect::ToJson(ToWire(result))};
  }
  Encoded operator()(const Failure& failure) const {
    return {kFailure, reflect::ToJson(WireFailure{std::string(base::Info(failure.code).name),
                                                  Cut(failure.message, kMaxFact)})};
  }
  Encoded operator()(const Ready& ready) const { return {kReady, reflect::ToJson(ready)}; }
  Encoded operator()(const Ended& ended) const { return {kEnded, reflect::ToJson(ended)}; }
  Encoded operator()(const Fork&) const { return {kFork, "{}"}; }
  Encoded operator()(const Kill&) const { return {kKill, "{}"}; }
};

}  // namespace

Encoded Encode(const Job& job) { return {kJob, reflect::ToJson(job)}; }
Encoded Encode(const Event& event) { return std::visit(Encoder{}, event); }
Encoded Encode(const Part& part) { return Encoder{}(part); }
Encoded Encode(const ToServer& message) { return std::visit(Encoder{}, message); }
Encoded Encode(const ToWorker& message) { return std::visit(Encoder{}, message); }

base::Result<Job> DecodeJob(const process::Frame& frame) {
  if (frame.id != kJob) return Nonsense("not a job");
  return Read<Job>(frame);
}

base::Result<Event> DecodeEvent(process::Frame frame) {
  switch (frame.id) {
    case kPage: {
      SI_ASSIGN(const Page page, Read<Page>(frame));
      if (page.done < 0 || page.done > page.total || page.total > kMaxPages) {
        return Nonsense("page " + std::to_string(page.done) + " of " + std::to_string(page.total));
      }
      return page;
    }
    case kDocument: {
      SI_ASSIGN(std::string json, TextOf(frame));
      return Document{std::move(json)};
    }
    case kMarkdown: {
      SI_ASSIGN(std::string text, TextOf(frame));
      return Markdown{std::move(text)};
    }
    case kPart:
      return Part{std::move(frame.block)};
    case kResult: {
      SI_ASSIGN(const WireResult wire, Read<WireResult>(frame));
      return FromWire(wire);
    }
    case kFailure: {
      SI_ASSIGN(const WireFailure wire, Read<WireFailure>(frame));
      return FromWire(wire);
    }
    default:
      return Nonsense("an unknown kind");
  }
}

base::Result<Part> DecodePart(process::Frame frame) {
  if (frame.id != kPart) return Nonsense("not a part");
  return Part{std::move(frame.block)};
}

base::Result<ToServer> DecodeToServer(const process::Frame& frame) {
  if (frame.id == kReady) return Read<Ready>(frame);
  if (frame.id == kEnded) return Read<Ended>(frame);
  return Nonsense("an unknown kind");
}

base::Result<ToWorker> DecodeToWorker(const process::Frame& frame) {
  if (frame.id == kFork) return Fork{};
  if (frame.id == kKill) return Kill{};
  return Nonsense("an unknown kind");
}

}  // namespace parse_protocol
