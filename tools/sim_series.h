// Sim series: a figure over time in bounded memory, for plots.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace glass::tools {

/// Keeps every n-th point; n doubles whenever there are as many as it holds.
class SimSeries {
public:
    static constexpr std::size_t kMost = 20'000;
    /// `most`: points, an even number from 2 on.
    explicit SimSeries(std::size_t most = kMost) : most_(most) {}

    struct Point {
        double x = 0, y = 0;
    };

    void add(double x, double y) {
        if (seen_++ % stride_ != 0) return;
        points_.push_back({x, y});
        if (points_.size() < most_) return;
        for (std::size_t i = 0; i < most_ / 2; ++i) points_[i] = points_[2 * i];
        points_.resize(most_ / 2);
        stride_ *= 2;
    }
    [[nodiscard]] const std::vector<Point>& points() const { return points_; }

private:
    std::size_t most_;
    std::vector<Point> points_;
    std::size_t stride_ = 1;
    std::size_t seen_ = 0;
};

}  // namespace glass::tools
