// Metrics in Prometheus' text format 0.0.4.
//
//   family = "# HELP " name " " text LF "# TYPE " name " " type LF *sample
//   sample = name [ "{" label *( "," label ) "}" ] " " number LF
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace api {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// Observations in buckets. Not thread-safe.
class Histogram {
 public:
  // Upper bounds in growing order; +Inf is added.
  explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size()) {}
  void Observe(double value);

  std::span<const double> bounds() const { return bounds_; }
  const std::vector<uint64_t>& counts() const { return counts_; }  // of each bucket alone
  uint64_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;  // static storage
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  double sum_ = 0;
};

// Families one after the other: Family, then its samples.
class PrometheusText {
 public:
  // type: counter | gauge | histogram
  void Family(std::string_view name, std::string_view type, std::string_view help);
  void Sample(double value, const Labels& labels = {});
  void Sample(const Histogram& histogram, const Labels& labels);
  std::string Take() { return std::move(text_); }

 private:
  void Line(std::string_view suffix, const Labels& labels, double value);

  std::string text_;
  std::string name_;
};

}  // namespace api
