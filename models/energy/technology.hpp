#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/energy/energy.hpp"

namespace energy {

/// What somebody published about something of one size, in a technology node of its own.
struct PublishedPoint {
  double size = 0;   ///< capacity of a memory in bytes, width of a datapath in bits
  double value = 0;  ///< pJ or um2, above 0
  std::string node;
  std::string source;
};

/// Published points of one quantity, by rising size. Between two points runs a power law, which the first and the last
/// pair continue beyond the ends.
struct Curve {
  std::vector<PublishedPoint> points;
  double exponent = 1;  ///< of a curve of one point
  std::string_view size_unit;
  std::string_view value_unit;
};

/// Factors from a published node to that of a technology.
struct NodeScaling {
  std::string node;
  double energy = 1;
  double area = 0;  ///< 0: not known
  std::string source;
};

/// A published ratio of two energies, without a node.
struct PublishedRatio {
  double value = 0;
  std::string source;
};

/// From what energies and areas are derived, entry by entry.
struct Technology {
  std::string node;
  std::vector<NodeScaling> scaling;  ///< from every node that a point is of; the technology's own needs none

  // Energies of one action.
  Curve multiplication{{}, 2, "bits", "pJ"};  ///< of two words
  Curve addition{{}, 1, "bits", "pJ"};
  Curve comparison{{}, 1, "bits", "pJ"};
  Curve memory{{}, 1, "B", "pJ/bit"};   ///< of each bit that is read or written, by capacity
  Curve wire{{}, 1, "mm", "pJ/bit"};    ///< of each bit of random data; not scaled, as a length of wire does not shrink
  Curve dram{{}, 1, "bits", "pJ"};      ///< interface and device: not scaled
  PublishedRatio gated_multiplication;  ///< to a multiplication of non-zero operands
  PublishedRatio transfer_to_neighbour;  ///< of 16 bits, to a multiply-accumulate of 16 bits

  // Areas.
  Curve multiplier_area{{}, 2, "bits", "um2"};
  Curve adder_area{{}, 1, "bits", "um2"};
  Curve memory_area{{}, 1, "B", "um2"};
  Curve crossbar_area{{}, 1, "inputs x outputs x bits", "um2"};
};

/// An energy or area with the way it was found.
struct Derived {
  double value = 0;                  ///< pJ or um2
  std::string formula;               ///< with every input
  std::vector<std::string> sources;  ///< each once
  std::string node;                  ///< that the value is of
};

/// `a + b`; the formulas are joined with a plus.
Derived operator+(Derived a, const Derived& b);

/// `count` times the value; `what` names what is counted, for example `bits`.
Derived times(double count, std::string_view what, const Derived& each);

enum class Quantity { energy, area };

/// The curve at a size, each of its points scaled to the technology's node.
/// @param size above 0
/// @throws std::out_of_range if the technology has no such factor for a point's node
Derived at(const Curve& curve, double size, Quantity quantity, const Technology& technology);

// What components are made of. Sizes in bits, capacities in bytes; all above 0.

Derived multiplication(double bits, const Technology& technology);
/// Of a multiplier whose operands are held because one of them is zero.
Derived gated_multiplication(double bits, const Technology& technology);
Derived addition(double bits, const Technology& technology);
Derived comparison(double bits, const Technology& technology);
/// Reading or writing `bits` bits of a memory: published reads and writes differ by less than 2% on average.
Derived memory_access(double bytes, double bits, const Technology& technology);
/// One word through a crossbar: along the line of its input and that of its output, each as long as a side of the
/// crossbar, taken as a square (a matrix crossbar of Orion, Wang et al., MICRO 2002).
Derived crossing(const Derived& area, double bits, const Technology& technology);
/// Bias, rounding and the test for zero of an output.
Derived post_processing(double bits, const Technology& technology);
/// A word to the neighbouring PE.
Derived neighbour_transfer(double bits, const Technology& technology);
Derived dram_access(double bits, const Technology& technology);

Derived multiplier_area(double bits, const Technology& technology);
Derived adder_area(double bits, const Technology& technology);
Derived memory_area(double bytes, const Technology& technology);
Derived crossbar_area(double inputs, double outputs, double bits, const Technology& technology);

// What tables hold: values to four significant digits, so that they are the same on every host.

TableEntry table_entry(const ActionCount& action, const Derived& energy);
ComponentArea component_area(std::string_view machine, std::string_view component, const Derived& area);

}  // namespace energy
