#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/scnn/ports.hpp"

namespace scnn {

/// A row of bounded first-in first-out queues of products, with a quick way to visit those that hold any.
class ProductQueues {
 public:
  ProductQueues(std::size_t queues, std::size_t depth)
      : depth_(depth), slots_(queues * depth), heads_(queues, 0), sizes_(queues, 0), occupied_((queues + 63) / 64, 0) {}

  [[nodiscard]] std::size_t queues() const { return sizes_.size(); }
  [[nodiscard]] std::size_t size(std::size_t queue) const { return sizes_[queue]; }
  [[nodiscard]] bool full(std::size_t queue) const { return sizes_[queue] == depth_; }
  [[nodiscard]] std::size_t full_queues() const { return full_queues_; }
  [[nodiscard]] std::size_t products() const { return products_; }
  [[nodiscard]] const Product& front(std::size_t queue) const { return slots_[queue * depth_ + heads_[queue]]; }

  /// The queue must not be full.
  void push(std::size_t queue, const Product& product) {
    std::size_t slot = heads_[queue] + sizes_[queue];
    if (slot >= depth_) slot -= depth_;
    slots_[queue * depth_ + slot] = product;
    if (sizes_[queue]++ == 0) occupied_[queue / 64] |= std::uint64_t{1} << (queue % 64);
    if (full(queue)) ++full_queues_;
    ++products_;
  }

  /// The queue must not be empty.
  void pop(std::size_t queue) {
    if (full(queue)) --full_queues_;
    if (++heads_[queue] == depth_) heads_[queue] = 0;
    if (--sizes_[queue] == 0) occupied_[queue / 64] &= ~(std::uint64_t{1} << (queue % 64));
    --products_;
  }

  /// Calls `visit(queue)` for each queue that holds a product, in rising order; the visit may pop from that queue.
  template <class Visit>
  void for_each_occupied(Visit visit) {
    for (std::size_t word = 0; word < occupied_.size(); ++word) {
      for (std::uint64_t left = occupied_[word]; left != 0; left &= left - 1) {
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
  }

 private:
  std::size_t depth_;
  std::vector<Product> slots_;
  std::vector<std::size_t> heads_;
  std::vector<std::size_t> sizes_;
  std::vector<std::uint64_t> occupied_;  ///< one bit a queue
  std::size_t full_queues_ = 0;
  std::size_t products_ = 0;
};

}  // namespace scnn
