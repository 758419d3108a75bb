#include "workflow/book.h"

#include <boost/json.hpp>

#include "records/lifecycle.h"
#include "records/run_groups.h"
#include "records/runs.h"
#include "records/stored.h"

namespace workflow {
namespace {

using model::LifecycleEvent;

base::JsonText WithReused(const StepOutcome& outcome) {
  if (!outcome.reused) return outcome.status_meta;
  boost::system::error_code error;
  boost::json::value meta = boost::json::parse(outcome.status_meta.text, error);
  if (error || !meta.is_object()) meta = boost::json::object();
  meta.as_object()["reused"] = true;
  return {boost::json::serialize(meta)};
}

base::Result<> ApplyRoute(sql::Tx& tx, const Claim& claim, const RoutePlan& plan) {
  if (plan.priority) SI_TRY(records::Runs::SetPriority(tx, claim.run().id, *plan.priority));
  for (const auto& [type, id] : plan.step_configs) {
    SI_TRY(records::Runs::SetStepConfig(tx, claim.run().id, type, id));
  }
  return {};
}

}  // namespace

base::Result<std::vector<Claim>> Book::ClaimSteps(sql::Tx& tx,
                                                  const records::ClaimRequest& request) const {
  SI_ASSIGN(auto claimed, records::Steps::Claim(tx, request));
  std::vector<Claim> claims;
  claims.reserve(claimed.size());
  for (records::ClaimedStep& one : claimed) {
    auto definition = definitions_.Get(one.run.workflow_definition_id);
    claims.push_back({std::move(one), definition ? std::move(*definition) : nullptr, {}});
    SI_TRY(SayStarted(tx, claims.back(), request.now));
  }
  return claims;
}

base::Result<> Book::SayStarted(sql::Tx& tx, Claim& claim, base::Time now) const {
  Place place = PlaceOf(claim, "");
  place.step_id.reset();
  if (claim.claimed.first_of_group) {
    SI_TRY(Say(tx, LifecycleEvent::kGroupStart, place, now, claim.calls));
  }
  if (claim.claimed.first_of_run) {
    SI_TRY(Say(tx, LifecycleEvent::kItemStart, place, now, claim.calls));
  }
  place.step_id = claim.step().id;
  return Say(tx, LifecycleEvent::kStepStart, place, now, claim.calls);
}

base::Result<Ended> Book::Complete(sql::Tx& tx, const Claim& claim, const StepOutcome& outcome,
                                   base::Time now) const {
  if (outcome.stored) {
    SI_TRY(records::Stored::Finish(tx, claim.claimed.fence, outcome.stored->intent_id,
                                   outcome.stored->chunk_count, claim.step().step_config_id, now));
  }
  if (outcome.route) SI_TRY(ApplyRoute(tx, claim, *outcome.route));
  records::Completion completion{.message = std::nullopt,
                                 .status_meta = WithReused(outcome),
                                 .doc_meta_patch = outcome.doc_meta_patch,
                                 .artifacts = outcome.artifacts,
                                 .diagnostics = outcome.diagnostics,
                                 .finish_run = outcome.route && outcome.route->skip};
  if (outcome.route && !outcome.route->why.empty()) completion.message = outcome.route->why;
  Ended ended;
  SI_ASSIGN(ended.end, records::Steps::Complete(tx, claim.claimed.fence, completion, now));
  SI_TRY(SayEnded(tx, PlaceOf(claim, ""), false, now, ended));
  return ended;
}

base::Result<Ended> Book::Fail(sql::Tx& tx, const Claim& claim, const records::StepFailure& failure,
                               base::Time now) const {
  Ended ended;
  SI_ASSIGN(ended.end, records::Steps::Fail(tx, claim.claimed.fence, failure, now));
  SI_TRY(SayEnded(tx, PlaceOf(claim, failure.message), true, now, ended));
  return ended;
}

Book::Place Book::PlaceOf(const Claim& claim, std::string message) {
  return {.definition = claim.definition,
          .run_group_id = claim.run().run_group_id,
          .run_id = claim.run().id,
          .step_id = claim.step().id,
          .document_hash = claim.run().doc_id,
          .message = std::move(message)};
}

base::Result<> Book::SayEnded(sql::Tx& tx, Place step, bool failed, base::Time now,
                              Ended& ended) const {
  SI_TRY(Say(tx, failed ? LifecycleEvent::kStepFailed : LifecycleEvent::kStepEnd, step, now,
             ended.calls));
  if (!ended.end.run_ended) return {};
  step.step_id.reset();
  return Say(tx, failed ? LifecycleEvent::kItemFailed : LifecycleEvent::kItemEnd, step, now,
             ended.calls);
}

base::Result<> Book::SayPoison(sql::Tx& tx, const std::vector<records::LostStep>& lost,
                               base::Time now) const {
  for (const records::LostStep& step : lost) {
    if (!step.poison) continue;
    Ended ended{.end = step.end, .calls = {}};
    Place place;  // no definition: nobody is left to run handlers
    place.run_group_id = step.end.run_group_id;
    place.run_id = step.end.workflow_run_id;
    place.step_id = step.end.step_id;
    SI_TRY(SayEnded(tx, std::move(place), true, now, ended));
  }
  return {};
}

base::Result<Book::GroupEnded> Book::FinishGroup(sql::Tx& tx, const model::RunGroup& group,
                                                 base::Time now) const {
  GroupEnded ended;
  SI_ASSIGN(ended.closed, records::RunGroups::Finish(tx, group.id, now));
  if (!ended.closed) return ended;
  // The schema wants a run for each lifecycle row: the group's last one stands for it.
  records::RunFilter newest;
  newest.run_group_id = group.id;
  newest.order = records::RunFilter::Order::kNewestFirst;
  newest.rows_per_page = 1;
  SI_ASSIGN(const auto runs, records::Runs::List(tx, newest));
  if (runs.items.empty()) return ended;
  auto definition = definitions_.Get(group.workflow_definition_id);
  const Place place{.definition = definition ? std::move(*definition) : nullptr,
                    .run_group_id = group.id,
                    .run_id = runs.items.front().workflow_run.id,
                    .step_id = std::nullopt,
                    .document_hash = {},
                    .message = {}};
  SI_TRY(Say(tx, LifecycleEvent::kGroupEnd, place, now, ended.calls));
  return ended;
}

base::Result<> Book::Say(sql::Tx& tx, LifecycleEvent event, const Place& place, base::Time now,
                         std::vector<HandlerCall>& calls) const {
  records::NewLifecycle row{.event = event,
                            .handler_name = std::nullopt,
                            .run_group_id = place.run_group_id,
                            .workflow_run_id = place.run_id,
                            .step_id = place.step_id};
  bool handled = false;
  if (place.definition) {
    for (const EventHandler& wanted : place.definition->lifecycle_events) {
      EventMethod* const method =
          wanted.event == event ? registry_.Event(wanted.handler.selects) : nullptr;
      if (method == nullptr) continue;
      row.handler_name = wanted.handler.name;
      SI_ASSIGN(const int64_t id, records::Lifecycle::Start(tx, row, now));
      handled = true;
      calls.push_back({.lifecycle_id = id,
                       .method = method,
                       .retries = wanted.handler.retries,
                       .context = {.event = event,
                                   .handler_name = wanted.handler.name,
                                   .parameters = wanted.handler.parameters,
                                   .run_group_id = place.run_group_id,
                                   .run_id = place.run_id,
                                   .step_id = place.step_id.value_or(0),
                                   .document_hash = place.document_hash,
                                   .message = place.message}});
    }
  }
  if (handled) return {};
  return records::Lifecycle::Record(tx, row, now);
}

}  // namespace workflow
