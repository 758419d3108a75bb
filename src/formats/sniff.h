// Which format is this? Decided by magic bytes and unmistakable content first, then by the
// extension of the name, then by the stated media type, then by a closer look at the text. Pure
// functions, thread-safe. Private to formats.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/reader.h"

namespace formats {

// A row of the table of readers. Lists are separated by spaces.
struct Format {
  std::string_view name;        // for messages
  std::string_view mime_types;  // the first is what the format is called
  std::string_view extensions;  // lower case, without dot
  // Is this it beyond doubt, whatever the name says? May be null: the content never tells.
  bool (*certain)(std::string_view bytes);
  // The name says so: can it be? Null: any text can. What cannot is answered with this error.
  bool (*plausible)(std::string_view bytes);
  base::Code mismatch_code;
  std::string_view mismatch;
  base::Result<docling::Document> (*read)(const Input& input, Context& context);
  base::Result<Facts> (*inspect)(const Input& input, Context& context);
};

// The row for this input. `fallback` is for text that nothing else is known of, `csv` for text that
// looks like a table. kInvalidArgument for an empty file; kUnsupported, naming the format, for what
// has no row; kEncrypted; kDamaged when the name promises a format that the content is not.
struct Candidates {
  std::span<const Format> all;
  const Format& fallback;
  const Format& csv;
};
base::Result<const Format*> Detect(const Input& input, const Candidates& candidates);

// Data that is no text in any charset we know.
bool IsBinary(std::string_view bytes);

bool LooksLikePdf(std::string_view bytes);
bool LooksLikeHtml(std::string_view bytes);
bool LooksLikeDoclingJson(std::string_view bytes);
bool LooksLikeCsv(std::string_view bytes);

// "report.tar.html" of "in/report.tar.html"; its stem is "report.tar", its extension "html".
std::string_view FileName(std::string_view path);
std::string_view Stem(std::string_view path);
std::string Extension(std::string_view path);

// A document with name and origin as the input has them.
docling::Document NewDocument(const Input& input, std::string_view mime_type);

}  // namespace formats
