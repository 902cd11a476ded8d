#include "tcp/reassembly_budget.h"

#include "tcp/reassembler.h"

namespace glass::tcp {

void ReassemblyBudget::settle(Account& account, std::size_t memory, std::uint64_t hole, Reassembler& holder) {
    if (account.memory == 0 && memory > 0) {
        holders_.emplace(hole, &holder);
    } else if (account.memory > 0 && memory == 0) {
        holders_.erase(account.hole);
    } else if (account.memory > 0 && account.hole != hole) {
        auto node = holders_.extract(account.hole);
        node.key() = hole;
        holders_.insert(std::move(node));
    }
    used_ += memory - account.memory;
    account = {.memory = memory, .hole = hole};
}

void ReassemblyBudget::moved(const Account& account, Reassembler& holder) {
    if (account.memory > 0) holders_.find(account.hole)->second = &holder;
}

void ReassemblyBudget::give_up_hole(Reassembler& holder, ReassemblySink& sink) {
    holder.give_up_hole(sink);
}

}  // namespace glass::tcp
