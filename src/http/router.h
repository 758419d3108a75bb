// The route table: one declaration per operation, from which dispatch, the check of parameters and
// the documentation all come.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace http {

// Where a parameter stands. kEither: in the form or in the query (old clients send some form fields
// as query parameters).
enum class In { kPath, kQuery, kForm, kEither, kHeader };
enum class Kind { kString, kInteger, kBoolean, kFile };

// The largest integer that every JSON reader takes exactly.
constexpr int64_t kMaxInteger = (int64_t{1} << 53) - 1;

// Everything here is checked before the handler runs, and documented. A required text must not be
// empty.
struct Parameter {
  std::string name;
  In in = In::kQuery;
  Kind kind = Kind::kString;
  bool required = false;
  std::string otherwise;               // value when it is not given; "" means absent
  std::vector<std::string> allowed{};  // when not empty, the only values
  std::string description{};
  std::string alias{};  // a second accepted spelling
  int64_t min = -kMaxInteger;
  int64_t max = kMaxInteger;
  int64_t max_length = 0;  // characters of a text; 0: what the server takes at all
  std::string format{};   // what the text holds, documentation only: "json-object", "yaml", "sql" …
  std::string example{};  // a value that works, as it is sent
};

// How a request's body is read. kWhole: into Request::body, up to the server's limit.
enum class Body { kNone, kForm, kWhole };
enum class Access { kOpen, kAuthenticated };

// Schema name -> JSON Schema text: the document's components/schemas.
using Schemas = std::map<std::string, std::string>;
// Gives the schema of a body, or a reference to what it has put into the components:
// &reflect::AddSchema<model::RunStep>.
using SchemaSource = std::function<std::string(Schemas&)>;

// One answer that the route itself gives. Not listed, because they follow from the route: 400 for
// parameters, 401, 413, 431, 500, 503, and the form of every error.
struct ResponseDoc {
  int status;
  std::string description;
  SchemaSource schema{};  // empty: {error, status_code} from 400 on, else a body without a form
  std::string content_type = "application/json";  // "" : no body
  std::string example{};                          // JSON text (plain text for other content types)
};

// Runs on a pool thread; must not throw.
using Handler = std::function<Response(Request&)>;
using SinkFactory = std::function<base::Result<std::unique_ptr<FileSink>>(const UploadedFile&)>;

// One operation: what dispatch, the checks, the OpenAPI document and the tests are made of.
struct Route {
  Method method = Method::kGet;
  // "/api/v1/workflow/runs/{workflow_id}"; a last segment "{name*}" takes the rest of the path,
  // slashes included. A closing slash is accepted and not needed; "_" and "-" are the same in
  // literal segments: the reference's spelling stands here.
  std::string path;
  std::string tag;
  std::string summary;
  std::string description{};   // what the summary leaves out, in whole sentences (Markdown)
  std::string operation_id{};  // "" : made from method and path
  std::vector<Parameter> parameters{};
  std::vector<ResponseDoc> responses{};
  Handler handler;
  Body body = Body::kNone;
  SchemaSource body_schema{};  // for kWhole: the JSON that is read
  std::string body_example{};
  SinkFactory file_sink{};  // for kForm: takes multipart file parts
  Access access = Access::kAuthenticated;
};

// What a request's line leads to.
struct Match {
  const Route* route = nullptr;  // null: unknown path, or known path with another method
  std::vector<std::pair<std::string, std::string>> path_arguments;
  std::vector<Method> allowed;  // methods of that path, for 405 and OPTIONS
};

// Immutable after construction, thread-safe.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  Match Find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;
    size_t route;
  };
  std::vector<Route> routes_;
  std::vector<Pattern> patterns_;  // most literal first
};

// Fills request.arguments from path, query and form as the route declares; kInvalidArgument names
// the parameter and what is allowed.
base::Result<> BindArguments(const Match& match, Request& request);

}  // namespace http
