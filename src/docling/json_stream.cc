#include "docling/json_stream.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <optional>
#include <string>

namespace docling {
namespace {

namespace json = boost::json;

// A document needs 9 levels; the rest is for custom fields.
constexpr size_t kMaxDepth = 100;

// Parser events → values for the sink. `depth_` counts the open containers outside the value being
// captured (1 in the document, 2 in a streamed array or object), `open_` those inside it.
class Handler {
 public:
  static constexpr size_t max_object_size = size_t(-1);
  static constexpr size_t max_array_size = size_t(-1);
  static constexpr size_t max_key_size = size_t(-1);
  static constexpr size_t max_string_size = size_t(-1);

  Handler(JsonSink& sink, std::string& problem) : sink_(sink), problem_(problem) { Recycle(); }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& error) { return Enter(true, error); }
  bool on_array_begin(json::error_code& error) { return Enter(false, error); }
  bool on_object_end(size_t size, json::error_code& error) {
    return Leave(error, [&] { stack_.push_object(size); });
  }
  bool on_array_end(size_t size, json::error_code& error) {
    return Leave(error, [&] { stack_.push_array(size); });
  }
  bool on_key_part(json::string_view part, size_t, json::error_code&) { return Buffer(part); }
  bool on_key(json::string_view part, size_t, json::error_code&) {
    OnKey(Complete(part));
    buffer_.clear();
    return true;
  }
  bool on_string_part(json::string_view part, size_t, json::error_code&) { return Buffer(part); }
  bool on_string(json::string_view part, size_t, json::error_code& error) {
    const std::string_view text = Complete(part);
    const bool go_on = Scalar(error, [&] { stack_.push_string({text.data(), text.size()}); });
    buffer_.clear();
    return go_on;
  }
  bool on_number_part(json::string_view part, json::error_code&) { return Buffer(part); }
  bool on_int64(int64_t value, json::string_view, json::error_code& error) {
    buffer_.clear();
    return Scalar(error, [&] { stack_.push_int64(value); });
  }
  bool on_uint64(uint64_t value, json::string_view, json::error_code& error) {
    buffer_.clear();
    return Scalar(error, [&] { stack_.push_uint64(value); });
  }
  // `rounded` may be off by one unit in the last place, so the digits are read again.
  bool on_double(double rounded, json::string_view part, json::error_code& error) {
    const std::string_view digits = Complete(part);
    double exact = rounded;
    std::from_chars(digits.data(), digits.data() + digits.size(), exact);
    buffer_.clear();
    return Scalar(error, [&] { stack_.push_double(exact); });
  }
  bool on_bool(bool value, json::error_code& error) {
    return Scalar(error, [&] { stack_.push_bool(value); });
  }
  bool on_null(json::error_code& error) {
    return Scalar(error, [&] { stack_.push_null(); });
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool Buffer(json::string_view part) {
    buffer_.append(part.data(), part.size());
    return true;
  }
  std::string_view Complete(json::string_view part) {
    if (buffer_.empty()) return {part.data(), part.size()};
    buffer_.append(part.data(), part.size());
    return buffer_;
  }

  void OnKey(std::string_view key) {
    if (skipped_ > 0) return;
    if (open_ > 0) {
      stack_.push_key({key.data(), key.size()});
      if (open_ == 1) in_data_ = key == "data";
      skip_next_ = open_ == 2 && in_data_ && key == "grid";
    } else if (depth_ == 1) {
      key_ = key;
      member_.clear();
      delivery_ = sink_.Expect(key_);
    } else {
      member_ = key;
    }
  }

  bool Fail(std::string problem, json::error_code& error) {
    problem_ = std::move(problem);
    error = json::error::syntax;
    return false;
  }

  bool Enter(bool object, json::error_code& error) {
    if (skipped_ > 0 || skip_next_) {
      skip_next_ = false;
      ++skipped_;
      return true;
    }
    if (open_ > 0) {
      ++open_;
      return true;
    }
    if (depth_ == 0) {
      if (!object) return Fail("the document is not a JSON object", error);
      ++depth_;
      return true;
    }
    return depth_ == 1 ? EnterMember(object, error) : (++open_, true);
  }

  // The value of a top-level key begins.
  bool EnterMember(bool object, json::error_code& error) {
    switch (delivery_) {
      case JsonSink::Delivery::kSkip:
        ++skipped_;
        return true;
      case JsonSink::Delivery::kWhole:
        ++open_;
        return true;
      case JsonSink::Delivery::kElements:
        if (object) return WrongType(error);
        break;
      case JsonSink::Delivery::kMembers:
        if (!object) return WrongType(error);
        break;
    }
    ++depth_;
    return true;
  }

  bool WrongType(json::error_code& error) {
    const bool array = delivery_ == JsonSink::Delivery::kElements;
    return Fail("'" + key_ + "' must be " + (array ? "an array" : "an object"), error);
  }

  template <typename Push>
  bool Leave(json::error_code& error, Push push) {
    if (skipped_ > 0) {
      // A skipped grid leaves null in its place; a skipped top-level value leaves nothing.
      if (--skipped_ == 0 && open_ > 0) stack_.push_null();
      return true;
    }
    if (open_ == 0) {
      --depth_;
      return true;
    }
    push();
    return --open_ > 0 || Deliver(error);
  }

  template <typename Push>
  bool Scalar(json::error_code& error, Push push) {
    if (skipped_ > 0) return true;
    skip_next_ = false;
    if (open_ > 0) {
      push();
      return true;
    }
    if (depth_ == 0) return Fail("the document is not a JSON object", error);
    if (depth_ == 1) {
      if (delivery_ == JsonSink::Delivery::kSkip) return true;
      if (delivery_ != JsonSink::Delivery::kWhole) return WrongType(error);
    }
    push();
    return Deliver(error);
  }

  bool Deliver(json::error_code& error) {
    bool go_on = false;
    {
      const json::value value = stack_.release();
      go_on = sink_.OnValue(key_, member_, value);
    }
    Recycle();
    if (!go_on) error = json::error::syntax;
    return go_on;
  }

  // Gives the memory of the last value back. A new resource each time, because a released one goes
  // on to ask for ever larger blocks.
  void Recycle() {
    resource_.emplace(first_block_, sizeof(first_block_));
    stack_.reset(&*resource_);
  }

  JsonSink& sink_;
  std::string& problem_;
  unsigned char first_block_[16384];
  std::optional<json::monotonic_resource> resource_;
  json::value_stack stack_;
  std::string buffer_;  // earlier parts of the key, string or number that is coming in
  std::string key_;
  std::string member_;
  JsonSink::Delivery delivery_ = JsonSink::Delivery::kSkip;
  size_t depth_ = 0;
  size_t open_ = 0;
  size_t skipped_ = 0;      // containers open in a value that is dropped
  bool in_data_ = false;    // inside the "data" of a node
  bool skip_next_ = false;  // the value that comes is a grid
};

base::Result<> Parse(std::string_view text, JsonSink& sink) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  std::string problem;
  json::basic_parser<Handler> parser(options, sink, problem);
  json::error_code error;
  const size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
    error = json::error::extra_data;
  }
  if (!error) return {};
  if (problem.empty()) problem = "JSON: " + error.message() + " near byte " + std::to_string(used);
  return base::Fail(base::Code::kDamaged, problem);
}

}  // namespace

base::Result<> StreamJson(std::string_view text, JsonSink& sink) {
  try {
    return Parse(text, sink);
  } catch (const std::exception& failure) {  // out of memory, or a limit inside Boost.JSON
    return base::Fail(base::Code::kDamaged, std::string("JSON: ") + failure.what());
  }
}

}  // namespace docling
