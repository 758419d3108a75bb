#include "formats/office/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "docling/python_text.h"
#include "text/utf8.h"

namespace office {
namespace {

using Values = std::vector<std::string>;

constexpr size_t kMaxPoints = 100'000;  // of one series
constexpr size_t kMaxSeries = 1'000;

constexpr std::pair<std::string_view, std::string_view> kClasses[] = {
    {"barChart", "bar_chart"},      {"bar3DChart", "bar_chart"},       {"lineChart", "line_chart"},
    {"line3DChart", "line_chart"},  {"pieChart", "pie_chart"},         {"pie3DChart", "pie_chart"},
    {"doughnutChart", "pie_chart"}, {"scatterChart", "scatter_chart"}, {"areaChart", "other_chart"},
    {"area3DChart", "other_chart"}};

std::string_view ClassOf(Element plot_area) {
  for (const Element child : plot_area.children()) {
    const auto* found =
        std::ranges::find(kClasses, LocalName(child), [](auto& c) { return c.first; });
    if (found != std::end(kClasses)) return found->second;
  }
  return "other_chart";
}

// Copies of numbers are kept with all their digits: 4.4000000000000004 is 4.4, and 2.0 is 2.
std::string NumberText(std::string text) {
  const std::string_view stripped = text::Strip(text);
  double number = 0;
  const auto [end, error] =
      std::from_chars(stripped.data(), stripped.data() + stripped.size(), number);
  if (error != std::errc() || end != stripped.data() + stripped.size()) return text;
  if (!std::isfinite(number)) return text;
  if (number == std::floor(number)) return fmt::format("{:.0f}", number == 0 ? 0.0 : number);
  std::string out;
  docling::AppendPythonFloat(number, out);
  return out;
}

Values CachedValues(Element source) {
  Element cache;
  for (const char* name : {"c:numCache", "c:strCache", "c:numLit", "c:strLit"}) {
    if (!cache) cache = Descendant(source, name);
  }
  Values values;
  for (const Element point : cache.children()) {
    if (!Is(point, "c:pt")) continue;
    const int64_t index = IntAttribute(point, "idx", 0);
    if (index < 0 || size_t(index) >= kMaxPoints) continue;
    if (size_t(index) >= values.size()) values.resize(size_t(index) + 1);
    values[size_t(index)] = NumberText(OwnText(Child(point, "c:v")));
  }
  if (values.empty()) return values;
  const int64_t count = IntAttribute(Child(cache, "c:ptCount"), "val", 0);
  if (count > int64_t(values.size()) && size_t(count) <= kMaxPoints) values.resize(size_t(count));
  return values;
}

std::string ReferenceOf(Element source) {
  for (const char* name : {"c:numRef", "c:strRef"}) {
    std::string formula(text::Strip(OwnText(Find(source, name, "c:f"))));
    if (!formula.empty()) return formula;
  }
  return {};
}

// The values of c:cat, c:val and the like; `series` may name its source in one of two ways.
Values ValuesOf(Element series, const char* name, const char* scatter_name,
                const ResolveReference& resolve) {
  Element source = Child(series, name);
  if (!source) source = Child(series, scatter_name);
  if (!source) return {};
  if (!resolve) return CachedValues(source);
  const std::string reference = ReferenceOf(source);
  return reference.empty() ? Values() : resolve(reference);
}

std::string NameOf(Element series, const ResolveReference& resolve) {
  const Element source = Child(series, "c:tx");
  Values values;
  if (const std::string reference = ReferenceOf(source); resolve && !reference.empty()) {
    values = resolve(reference);
  } else {
    values = CachedValues(source);
  }
  return values.empty() ? OwnText(Child(source, "c:v")) : values.front();
}

// The title as it is typed or, where copies count, the one that a cell gave.
std::string TitleOf(Element chart, bool copies) {
  const Element title = Child(chart, "c:title");
  std::string text;
  ForEachBelow(title, [&](Element element) {
    if (Is(element, "a:t")) text += OwnText(element);
    return true;
  });
  text = text::Strip(text);
  if (!text.empty() || !copies) return text;
  const Values cached = CachedValues(title);
  return cached.empty() ? std::string() : std::string(text::Strip(cached.front()));
}

// A workbook's charts are the first plot's; elsewhere all plots count.
std::vector<Element> SeriesOf(Element plot_area, bool first_plot_only) {
  std::vector<Element> series;
  for (const Element plot : plot_area.children()) {
    for (const Element child : plot.children()) {
      if (Is(child, "c:ser") && series.size() < kMaxSeries) series.push_back(child);
    }
    if (first_plot_only && !series.empty()) break;
  }
  return series;
}

// Categories down the first column, one more column a series.
std::optional<docling::TableData> ToTable(Values categories,
                                          std::vector<std::pair<std::string, Values>> columns) {
  size_t rows = categories.size();
  for (const auto& [name, values] : columns) rows = std::max(rows, values.size());
  if (rows == 0) return std::nullopt;
  docling::TableData data;
  data.Add(docling::TableCell::At(0, 0, "")).column_header = true;
  for (size_t col = 0; col < columns.size(); ++col) {
    auto cell = docling::TableCell::At(0, int32_t(col) + 1, std::move(columns[col].first));
    data.Add(std::move(cell)).column_header = true;
  }
  const auto take = [](Values& values, size_t row) {
    return row < values.size() ? std::move(values[row]) : std::string();
  };
  for (size_t row = 0; row < rows; ++row) {
    const auto at = int32_t(row) + 1;
    data.Add(docling::TableCell::At(at, 0, take(categories, row))).row_header = true;
    for (size_t col = 0; col < columns.size(); ++col) {
      data.Add(docling::TableCell::At(at, int32_t(col) + 1, take(columns[col].second, row)));
    }
  }
  return data;
}

}  // namespace

Chart ReadChart(Element chart_space, const ResolveReference& resolve) {
  const Element chart_element = Child(chart_space, "c:chart");
  const Element plot_area = Child(chart_element, "c:plotArea");
  Chart chart{.class_name = std::string(ClassOf(plot_area)),
              .title = TitleOf(chart_element, resolve == nullptr),
              .data = std::nullopt};
  const std::vector<Element> all = SeriesOf(plot_area, resolve != nullptr);
  if (all.empty()) return chart;
  Values categories;
  for (const Element series : all) {
    categories = ValuesOf(series, "c:cat", "c:xVal", resolve);
    if (!categories.empty()) break;
  }
  std::vector<std::pair<std::string, Values>> columns;
  size_t positions = categories.size();
  for (const Element series : all) {
    columns.emplace_back(NameOf(series, resolve), ValuesOf(series, "c:val", "c:yVal", resolve));
    positions = std::max(positions, columns.back().second.size());
    if ((columns.size() + 1) * positions > kMaxPoints * 10) return chart;
  }
  chart.data = ToTable(std::move(categories), std::move(columns));
  return chart;
}

docling::Picture& AddChart(docling::Document& document, Chart chart, docling::Place place) {
  docling::Ref caption;
  if (!chart.title.empty()) {
    caption =
        document.AddText(docling::Label::kCaption, std::move(chart.title), {.layer = place.layer})
            .self;
  }
  docling::Picture& picture = document.AddPicture(place);
  if (caption) picture.captions.push_back(caption);
  docling::Meta& meta = picture.meta.Ensure();
  meta.classification.emplace().predictions.emplace_back().class_name = chart.class_name;
  if (chart.data) meta.tabular_chart.emplace().data = std::move(*chart.data);
  return picture;
}

}  // namespace office
