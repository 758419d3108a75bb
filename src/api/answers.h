// From results to answers: the few lines every handler ends with, and the same types in the
// documentation. Private to the folder.
//
//   struct Created { int64_t batch_id = 0; };                 // an answer of its own: a described
//   BOOST_DESCRIBE_STRUCT(Created, (), (batch_id))             // struct beside its handler
//   …  return Answer(Result<Created>(…), 201);
//   …  .responses = {Gives<Created>(201, "created", {.batch_id = 1})}   // with an example
#pragma once

#include <string>
#include <utility>

#include "base/result.h"
#include "http/message.h"
#include "http/router.h"
#include "reflect/json.h"
#include "reflect/schema.h"

namespace api {

// The form of a body that prints T.
template <typename T>
http::SchemaSource SchemaOf() {
  return &reflect::AddSchema<T>;
}

// An answer that prints T, documented with an example.
template <typename T>
http::ResponseDoc Gives(int status, std::string description, const T& example) {
  return {.status = status,
          .description = std::move(description),
          .schema = SchemaOf<T>(),
          .example = reflect::ToJson(example)};
}

inline http::Response Json(std::string text, int status = 200) {
  http::Response response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

// The value as JSON, or the error in the API's form.
template <typename T>
http::Response Answer(const base::Result<T>& result, int status = 200) {
  if (!result) return http::ErrorResponse(result.error());
  return Json(reflect::ToJson(*result), status);
}

// The same with a function that prints the value.
template <typename T, typename Print>
http::Response AnswerWith(const base::Result<T>& result, Print&& print, int status = 200) {
  if (!result) return http::ErrorResponse(result.error());
  return Json(std::forward<Print>(print)(*result), status);
}

}  // namespace api
