// glass doctor: what this machine allows, and what each command can do with that.
#pragma once

namespace glass::tools {

int run_doctor();

}  // namespace glass::tools
