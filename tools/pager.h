// Pager: long text on a terminal goes through less, or what GLASS_PAGER or PAGER names.
#pragma once

namespace glass::tools {

/// While it lives standard output goes to the pager; its end waits until the user has read enough. Does
/// nothing where standard output is no terminal, the pager's name is empty or "cat", or it cannot be started.
class Pager {
public:
    explicit Pager(bool wanted);
    ~Pager();
    Pager(const Pager&) = delete;
    Pager& operator=(const Pager&) = delete;

private:
    int child_ = -1;
};

}  // namespace glass::tools
