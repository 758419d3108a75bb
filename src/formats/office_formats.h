// The readers of office files (office/reader.h) as rows of the table of formats.
#pragma once

#include "formats/office/reader.h"
#include "formats/reader.h"

namespace formats {

base::Result<docling::Document> ReadOfficeFile(office::Kind kind, const Input& input,
                                               Context& context);
base::Result<Facts> InspectOfficeFile(office::Kind kind, const Input& input,
                                      const Context& context);

template <office::Kind kind>
bool LooksLikeOffice(std::string_view bytes) {
  return office::Sniff(bytes) == kind;
}

template <office::Kind kind>
base::Result<docling::Document> ReadOffice(const Input& input, Context& context) {
  return ReadOfficeFile(kind, input, context);
}

template <office::Kind kind>
base::Result<Facts> InspectOffice(const Input& input, Context& context) {
  return InspectOfficeFile(kind, input, context);
}

}  // namespace formats
