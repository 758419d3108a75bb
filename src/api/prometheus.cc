#include "api/prometheus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace api {
namespace {

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);  // the shortest that reads back the same
}

void AppendEscaped(std::string& out, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quoted) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

}  // namespace

void Histogram::Observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value);
  if (bucket != bounds_.end()) ++counts_[static_cast<size_t>(bucket - bounds_.begin())];
  ++count_;
  sum_ += value;
}

void PrometheusText::Family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} ", name);
  AppendEscaped(text_, help, /*quoted=*/false);
  text_ += fmt::format("\n# TYPE {} {}\n", name, type);
}

void PrometheusText::Sample(double value, const Labels& labels) { Line("", labels, value); }

void PrometheusText::Sample(const Histogram& histogram, const Labels& labels) {
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  uint64_t below = 0;
  for (size_t i = 0; i < histogram.bounds().size(); ++i) {
    below += histogram.counts()[i];
    with_bound.back().second = Number(histogram.bounds()[i]);
    Line("_bucket", with_bound, static_cast<double>(below));
  }
  with_bound.back().second = "+Inf";
  Line("_bucket", with_bound, static_cast<double>(histogram.count()));
  Line("_sum", labels, histogram.sum());
  Line("_count", labels, static_cast<double>(histogram.count()));
}

void PrometheusText::Line(std::string_view suffix, const Labels& labels, double value) {
  text_ += name_;
  text_ += suffix;
  for (size_t i = 0; i < labels.size(); ++i) {
    text_ += i == 0 ? "{" : ",";
    text_ += labels[i].first;
    text_ += "=\"";
    AppendEscaped(text_, labels[i].second, /*quoted=*/true);
    text_ += '"';
  }
  if (!labels.empty()) text_ += '}';
  text_ += ' ' + Number(value) + '\n';
}

}  // namespace api
