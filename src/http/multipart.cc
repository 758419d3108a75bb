#include "http/multipart.h"

#include <algorithm>

#include "http/tokens.h"

namespace http {
namespace {

using base::Code;
using base::Fail;
using base::Result;

std::string Lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

struct Parameter {
  std::string value;
  bool found = false;
};

// A parameter of a header value: name=token or name="quoted, with \" inside".
Parameter FindParameter(std::string_view header, std::string_view wanted) {
  size_t pos = header.find(';');
  while (pos != std::string_view::npos && pos < header.size()) {
    const size_t equals = header.find('=', ++pos);
    if (equals == std::string_view::npos) return {};
    const std::string name = Lower(Trim(header.substr(pos, equals - pos)));
    std::string value;
    pos = equals + 1;
    if (pos < header.size() && header[pos] == '"') {
      for (++pos; pos < header.size() && header[pos] != '"'; ++pos) {
        // Browsers escape only the quote (and send a backslash of a Windows path as it is).
        if (header[pos] == '\\' && pos + 1 < header.size() && header[pos + 1] == '"') ++pos;
        value += header[pos];
      }
      pos = header.find(';', pos);
    } else {
      const size_t end = std::min(header.find(';', pos), header.size());
      value = Trim(header.substr(pos, end - pos));
      pos = end;
    }
    if (name == wanted) return {std::move(value), true};
  }
  return {};
}

// Browsers write %22 for a quote and %0D%0A for line ends inside names.
std::string Unescape(std::string text) {
  for (const auto& [from, to] : {std::pair{"%22", "\""}, {"%0D", "\r"}, {"%0A", "\n"}}) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
      text.replace(at, 3, to);
  }
  return text;
}

Result<MultipartListener::Part> ParsePart(std::string_view headers) {
  MultipartListener::Part part;
  bool has_name = false;
  while (!headers.empty()) {
    const size_t end = std::min(headers.find("\r\n"), headers.size());
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      return Fail(Code::kInvalidArgument, "a multipart header line has no colon");
    const std::string name = Lower(Trim(line.substr(0, colon)));
    const std::string_view value = Trim(line.substr(colon + 1));
    if (name == "content-type") part.content_type = value;
    if (name != "content-disposition") continue;
    Parameter field = FindParameter(value, "name");
    Parameter filename = FindParameter(value, "filename");
    has_name = field.found;
    part.name = Unescape(std::move(field.value));
    part.is_file = filename.found;
    part.filename = Unescape(std::move(filename.value));
  }
  if (!has_name)
    return Fail(Code::kInvalidArgument, "a multipart part has no Content-Disposition with a name");
  return part;
}

}  // namespace

Result<std::string> BoundaryOf(std::string_view content_type) {
  Parameter boundary = FindParameter(content_type, "boundary");
  if (boundary.value.empty() || boundary.value.size() > 70) {
    return Fail(Code::kInvalidArgument,
                "multipart/form-data needs a boundary of 1 to 70 characters in Content-Type");
  }
  return std::move(boundary.value);
}

MultipartParser::MultipartParser(std::string_view boundary, MultipartListener& listener)
    : delimiter_("\r\n--" + std::string(boundary)), listener_(listener), buffer_("\r\n") {
  // The first boundary has no line end before it: the buffer starts with one.
}

Result<> MultipartParser::Feed(std::string_view bytes) {
  buffer_ += bytes;
  while (true) {
    SI_ASSIGN(const bool further, Step());
    if (!further) return {};
  }
}

Result<> MultipartParser::Finish() const {
  if (state_ == State::kDone) return {};
  return Fail(Code::kInvalidArgument, "the multipart body ends before its closing boundary");
}

Result<bool> MultipartParser::Step() {
  switch (state_) {
    case State::kPreamble:
      return ReadPreamble();
    case State::kAfterBoundary:
      return ReadAfterBoundary();
    case State::kHeaders:
      return ReadHeaders();
    case State::kData:
      return ReadData();
    case State::kDone:
      buffer_.clear();  // an epilogue is allowed and ignored
      return false;
  }
  return false;
}

Result<bool> MultipartParser::ReadPreamble() {
  const size_t at = buffer_.find(delimiter_);
  if (at == std::string::npos) {
    if (buffer_.size() > delimiter_.size()) buffer_.erase(0, buffer_.size() - delimiter_.size());
    return false;
  }
  buffer_.erase(0, at + delimiter_.size());
  state_ = State::kAfterBoundary;
  return true;
}

Result<bool> MultipartParser::ReadAfterBoundary() {
  const size_t start = std::min(buffer_.find_first_not_of(" \t"), buffer_.size());
  if (buffer_.size() - start < 2) {
    return start > kMaxHeaderBytes
               ? Result<bool>(Fail(Code::kInvalidArgument, "a multipart boundary line is too long"))
               : false;
  }
  if (start == 0 && buffer_.starts_with("--")) {
    state_ = State::kDone;
    return true;
  }
  if (buffer_.compare(start, 2, "\r\n") != 0)
    return Fail(Code::kInvalidArgument, "a multipart boundary is not followed by a line end");
  buffer_.erase(0, start);  // keeps the line end: a part without headers has "\r\n\r\n" right here
  state_ = State::kHeaders;
  return true;
}

Result<bool> MultipartParser::ReadHeaders() {
  const size_t end = buffer_.find("\r\n\r\n");
  if (end == std::string::npos || end > kMaxHeaderBytes) {
    if (buffer_.size() > kMaxHeaderBytes)
      return Fail(Code::kTooLarge, "the headers of a multipart part are too long");
    return false;
  }
  const size_t start = std::min<size_t>(2, end);  // behind the boundary's own line end
  SI_ASSIGN(const auto part, ParsePart(std::string_view(buffer_).substr(start, end - start)));
  SI_TRY(listener_.OnPart(part));
  buffer_.erase(0, end + 4);
  state_ = State::kData;
  return true;
}

Result<bool> MultipartParser::ReadData() {
  const size_t at = buffer_.find(delimiter_);
  if (at != std::string::npos) {
    if (at > 0) SI_TRY(listener_.OnData(std::string_view(buffer_).substr(0, at)));
    SI_TRY(listener_.OnPartEnd());
    buffer_.erase(0, at + delimiter_.size());
    state_ = State::kAfterBoundary;
    return true;
  }
  // What could be the beginning of a delimiter waits for more.
  if (buffer_.size() >= delimiter_.size()) {
    const size_t safe = buffer_.size() - delimiter_.size() + 1;
    SI_TRY(listener_.OnData(std::string_view(buffer_).substr(0, safe)));
    buffer_.erase(0, safe);
  }
  return false;
}

}  // namespace http
