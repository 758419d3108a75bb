// Reading steps and runs with what they wait for. Private to the folder.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "model/run.h"
#include "sql/database.h"

namespace records {

// "SELECT … FROM runstep s LEFT JOIN … " for ReadSteps; a WHERE on `s` follows.
std::string SelectSteps();
base::Result<std::vector<model::RunStep>> ReadSteps(sql::Tx& tx, const sql::Statement& statement,
                                                    sql::Params params);

// "SELECT … FROM workflowrun r LEFT JOIN … " for ReadRuns; a WHERE on `r` follows.
std::string SelectRuns();
base::Result<std::vector<model::WorkflowRun>> ReadRuns(sql::Tx& tx, const sql::Statement& statement,
                                                       sql::Params params);

}  // namespace records
