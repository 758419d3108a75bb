#include <boost/json.hpp>

#include "reflect/enum.h"
#include "steps/each.h"

namespace steps {
namespace {

// start_span, end_span: a line in the log that names the ids, so that spans can be put together.
class Span final : public workflow::EventMethod {
 public:
  Span(base::Log log, bool start) : log_(std::move(log)), start_(start) {}

  base::Result<std::string> Run(const workflow::EventContext& context) override {
    log_.Info(start_ ? "span started" : "span ended", {{"event", reflect::Wire(context.event)},
                                                       {"name", context.handler_name},
                                                       {"group", context.run_group_id},
                                                       {"run", context.run_id},
                                                       {"step", context.step_id},
                                                       {"document", context.document_hash}});
    return "{}";
  }

 private:
  const base::Log log_;
  const bool start_;
};

// notify_slack: a message to an incoming webhook, that of the handler's parameters (`url`) or of
// the installation.
class Slack final : public workflow::EventMethod {
 public:
  Slack(http::Client& http, std::string url) : http_(http), url_(std::move(url)) {}

  base::Result<std::string> Run(const workflow::EventContext& context) override {
    const std::string own = Parameter(context, "url");
    const std::string& url = own.empty() ? url_ : own;
    if (url.empty()) {
      return base::Fail(base::Code::kInvalidArgument,
                        "notify_slack needs the URL of a webhook: give the parameter url, or set "
                        "SLACK_WEBHOOK_URL");
    }
    boost::json::object message;
    message["text"] = TextOf(context);
    http::ClientRequest request;
    request.method = http::Method::kPost;
    request.url = url;
    request.headers.Add("Content-Type", "application/json");
    request.body = boost::json::serialize(message);
    SI_ASSIGN(const http::ClientResponse answer, http_.Send(request));
    if (answer.status / 100 != 2) {
      return base::Fail(base::Code::kUnavailable,
                        "the webhook answered " + std::to_string(answer.status));
    }
    return "{\"status\":" + std::to_string(answer.status) + "}";
  }

 private:
  // A text among the handler's parameters, or "".
  static std::string Parameter(const workflow::EventContext& context, std::string_view key) {
    boost::system::error_code error;
    const boost::json::value parameters = boost::json::parse(context.parameters, error);
    if (error || !parameters.is_object()) return "";
    const auto* const value = parameters.get_object().if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  }

  static std::string TextOf(const workflow::EventContext& context) {
    if (std::string given = Parameter(context, "text"); !given.empty()) return given;
    std::string text = std::string(reflect::Wire(context.event)) + ": run group " +
                       std::to_string(context.run_group_id);
    if (context.run_id != 0) text += ", run " + std::to_string(context.run_id);
    if (!context.document_hash.empty()) text += ", document " + context.document_hash;
    if (!context.message.empty()) text += ": " + context.message;
    return text;
  }

  http::Client& http_;
  const std::string url_;
};

}  // namespace

std::unique_ptr<workflow::EventMethod> NewSpan(const Dependencies& dependencies, bool start) {
  return std::make_unique<Span>(dependencies.log, start);
}

std::unique_ptr<workflow::EventMethod> NewSlack(const Dependencies& dependencies) {
  return std::make_unique<Slack>(dependencies.http, dependencies.options.slack_webhook_url);
}

}  // namespace steps
