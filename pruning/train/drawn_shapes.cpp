#include "pruning/train/drawn_shapes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "workloads/random_stream.hpp"

namespace train {

namespace {

// Sums, products, quotients and square roots round alike everywhere (this file is compiled without fused
// multiply-adds); angles are therefore directions, and the brightness of a pixel a whole number of 255.

struct Point {
  double x = 0;
  double y = 0;
};

double dot(const Point& a, const Point& b) {
  return a.x * b.x + a.y * b.y;
}

using Colour = std::array<double, 3>;

bool within(double value, double least, double most) {
  return value >= least && value <= most;
}

bool in_star(const Point& p) {
  // A pentagram is what lies outside of at most one of the five lines that bound its core; their normals are 72
  // degrees apart and their distance is the cosine of 72 degrees.
  constexpr std::array<Point, 5> normals = {{{0, -1},
                                             {0.9510565162951535, -0.3090169943749474},
                                             {0.5877852522924731, 0.8090169943749475},
                                             {-0.5877852522924731, 0.8090169943749475},
                                             {-0.9510565162951535, -0.3090169943749474}}};
  return std::count_if(normals.begin(), normals.end(),
                       [&p](const Point& normal) { return dot(normal, p) > 0.3090169943749474; }) <= 1;
}

/// @param p in the shape's own frame, whose unit is its radius
bool in_shape(std::int64_t shape, const Point& p) {
  const double square = dot(p, p);
  switch (shape) {
    case 0:  // disc
      return square <= 0.81;
    case 1:  // square
      return within(p.x, -0.75, 0.75) && within(p.y, -0.75, 0.75);
    case 2:  // triangle
      return p.y >= -0.5 && p.y <= 1 - 1.7320508075688772 * std::abs(p.x);
    case 3:  // cross
      return std::min(std::abs(p.x), std::abs(p.y)) <= 0.25 && std::max(std::abs(p.x), std::abs(p.y)) <= 0.9;
    case 4:
      return in_star(p);
    case 5:  // ring
      return within(square, 0.3, 0.9);
    case 6:  // crescent
      return square <= 0.9 && (p.x - 0.45) * (p.x - 0.45) + p.y * p.y > 0.5;
    case 7:  // bar
      return within(p.x, -0.95, 0.95) && within(p.y, -0.25, 0.25);
    case 8:  // half disc
      return p.y >= -0.4 && p.x * p.x + (p.y + 0.4) * (p.y + 0.4) <= 0.9;
    default:  // angle
      return (within(p.x, -0.7, -0.2) && within(p.y, -0.8, 0.8)) || (within(p.y, -0.8, -0.3) && within(p.x, -0.7, 0.7));
  }
}

/// Random values of one image.
class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view set, std::int64_t image) : stream_(seed, set, std::to_string(image)) {}

  double between(double least, double most) { return least + (most - least) * stream_.uniform(); }
  std::int64_t below(int count) { return static_cast<std::int64_t>(stream_.uniform() * count); }
  Colour colour() {
    Colour result{};
    for (double& channel : result) channel = stream_.uniform();
    return result;
  }

 private:
  workloads::RandomStream stream_;
};

/// The unit vector whose angle to the vertical has that tangent.
Point direction(double tangent) {
  const double length = std::sqrt(1 + tangent * tangent);
  return {tangent / length, 1 / length};
}

/// Fades from one colour to another across the image, whose centre is the origin and whose side has length 1.
struct Paint {
  Colour from;
  Colour change;
  Point along;

  Paint(Dice& dice, const Colour& colour) : from(colour), along(direction(dice.between(-1, 1))) {
    change = dice.colour();
    for (double& channel : change) channel = 0.3 * (channel - 0.5);
  }
};

/// A colour that differs enough from another.
Colour distinct_colour(Dice& dice, const Colour& other, double contrast) {
  for (;;) {
    const Colour colour = dice.colour();
    double most = 0;
    for (std::size_t c = 0; c < colour.size(); ++c) most = std::max(most, std::abs(colour[c] - other[c]));
    if (most >= contrast) return colour;
  }
}

/// An image on which one thing is painted over the other.
class Canvas {
 public:
  Canvas(int height, int width) : height_(height), width_(width), pixels_(std::size_t(height) * std::size_t(width)) {}

  [[nodiscard]] const Colour& at(int y, int x) const {
    return pixels_[std::size_t(y) * std::size_t(width_) + std::size_t(x)];
  }

  /// Paints what lies inside, with soft edges. @param reach no part of it is further from `centre`
  template <class Inside>
  void paint(const Paint& paint, const Point& centre, double reach, Inside inside) {
    constexpr int samples = 3;  // along a pixel's side
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        const Point middle = point(y + 0.5, x + 0.5);
        const double around = reach + 1.0 / std::min(height_, width_);
        if (distance_squared(middle, centre) > around * around) continue;
        int covered = 0;
        for (int i = 0; i < samples * samples; ++i) {
          const Point p = point(y + (i / samples + 0.5) / samples, x + (i % samples + 0.5) / samples);
          covered += inside(Point{p.x - centre.x, p.y - centre.y}) ? 1 : 0;
        }
        if (covered == 0) continue;
        const double share = static_cast<double>(covered) / (samples * samples);
        Colour& pixel = pixels_[std::size_t(y) * std::size_t(width_) + std::size_t(x)];
        const double along = dot(paint.along, middle);
        for (std::size_t c = 0; c < pixel.size(); ++c) {
          pixel[c] += share * (paint.from[c] + paint.change[c] * along - pixel[c]);
        }
      }
    }
  }

 private:
  [[nodiscard]] Point point(double y, double x) const { return {x / width_ - 0.5, y / height_ - 0.5}; }
  static double distance_squared(const Point& a, const Point& b) {
    const Point d{a.x - b.x, a.y - b.y};
    return dot(d, d);
  }

  int height_;
  int width_;
  std::vector<Colour> pixels_;
};

void paint_speck(Canvas& canvas, Dice& dice) {
  const Point centre{dice.between(-0.5, 0.5), dice.between(-0.5, 0.5)};
  const double radius = dice.between(0.02, 0.08);
  canvas.paint(Paint(dice, dice.colour()), centre, radius,
               [radius](const Point& p) { return dot(p, p) <= radius * radius; });
}

/// One image. @param values (C, H, W). @return its class
std::int64_t draw(const Drawing& drawing, Dice& dice, const workloads::PlaneShape& size, float* values) {
  Canvas canvas(size.height, size.width);
  const std::int64_t shape = dice.below(shape_classes);
  const double radius = dice.between(drawing.least_size, 0.45);
  const double margin = 0.5 - 0.8 * radius;
  const Point centre{dice.between(-margin, margin), dice.between(-margin, margin)};
  const Point up = direction(dice.between(-drawing.slant, drawing.slant));
  const Paint background(dice, dice.colour());
  const Paint foreground(dice, distinct_colour(dice, background.from, drawing.contrast));

  canvas.paint(background, {}, 1, [](const Point&) { return true; });
  for (int i = 0; i < drawing.specks; ++i) paint_speck(canvas, dice);
  canvas.paint(foreground, centre, 1.1 * radius, [&](const Point& p) {
    return in_shape(shape, {(p.x * up.y - p.y * up.x) / radius, dot(p, up) / radius});
  });
  for (int i = 0; i < drawing.specks; ++i) paint_speck(canvas, dice);

  for (int c = 0; c < size.channels; ++c) {
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const double value = canvas.at(y, x)[std::size_t(c)] + dice.between(-drawing.noise, drawing.noise);
        const double brightness = std::floor(255 * std::clamp(value, 0.0, 1.0) + 0.5);
        values[(c * size.height + y) * size.width + x] = static_cast<float>((brightness - 128) / 128);
      }
    }
  }
  return shape;
}

}  // namespace

LabelledImages draw_shapes(const Drawing& drawing, std::uint64_t seed, std::string_view set, std::int64_t first,
                           std::int64_t count, const workloads::PlaneShape& size) {
  LabelledImages drawn{pruning::Tensor<float>({count, size.channels, size.height, size.width}), {}};
  const std::int64_t values = drawn.images.size() / std::max<std::int64_t>(1, count);
  for (std::int64_t i = 0; i < count; ++i) {
    Dice dice(seed, set, first + i);
    drawn.labels.push_back(draw(drawing, dice, size, drawn.images.values.data() + i * values));
  }
  return drawn;
}

}  // namespace train
