// WebVTT subtitles to docling::Document: the title of the file, then a text a line of each cue with
// the time it is shown; lines of several looks or voices are inline groups. Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

// Begins with the signature "WEBVTT".
bool LooksLikeVtt(std::string_view bytes);

base::Result<docling::Document> ReadVtt(const Input& input, Context& context);
base::Result<Facts> InspectVtt(const Input& input, Context& context);

}  // namespace formats
