// Charts of DrawingML → what docling says of them: the class of the picture, the title, and the
// numbers as a table. Pure functions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "docling/document.h"
#include "formats/office/xml.h"

namespace office {

struct Chart {
  std::string class_name;  // "bar_chart"
  std::string title;
  std::optional<docling::TableData> data;
};

// The values of a reference such as "Sheet1!$B$2:$B$7".
using ResolveReference = std::function<std::vector<std::string>(std::string_view reference)>;

// A c:chartSpace. Without `resolve` the values are those the chart keeps copies of.
Chart ReadChart(Element chart_space, const ResolveReference& resolve = nullptr);

// Adds the picture with its meta, and before it the caption (under body) if there is a title.
docling::Picture& AddChart(docling::Document& document, Chart chart, docling::Place place);

}  // namespace office
