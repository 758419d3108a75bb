// E-mail messages to docling::Document: the subject as title, sender, recipients and date, the body
// (plain text in paragraphs, or HTML with its structure), and a list of the attachments, which are
// not read. Thread-safe.
#pragma once

#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadEmail(const Input& input, Context& context);
base::Result<Facts> InspectEmail(const Input& input, Context& context);

}  // namespace formats
