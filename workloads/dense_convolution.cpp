// Convolutions and fully connected layers by oneDNN.

#include <omp.h>

#include <dnnl.hpp>

#include "workloads/forward.hpp"

namespace workloads {

namespace {

using dnnl::memory;

/// oneDNN's OpenMP would keep its threads after the call, and a process with threads cannot fork safely.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

const dnnl::engine& processor() {
  static const dnnl::engine engine = [] {
    dnnl::set_max_cpu_isa(dnnl::cpu_isa::sse41);  // what every x86-64 of the last fifteen years has
    return dnnl::engine(dnnl::engine::kind::cpu, 0);
  }();
  return engine;
}

/// A view of values in plain row-major order.
memory plain(const memory::dims& dims, memory::format_tag order, const float* values) {
  return memory({dims, memory::data_type::f32, order}, processor(), const_cast<float*>(values));
}

/// `values`, copied into the order that the primitive wants if that differs.
memory arranged(memory values, const memory::desc& wanted, dnnl::stream& stream) {
  if (values.get_desc() == wanted) return values;
  memory copy(wanted, processor());
  dnnl::reorder(values, copy).execute(stream, values, copy);
  return copy;
}

}  // namespace

pruning::Tensor<float> convolve(const pruning::ConvolutionShape& shape, const pruning::Tensor<float>& input,
                                const pruning::Tensor<float>& weights, std::span<const float> bias) {
  const OneThread one_thread;
  using tag = memory::format_tag;
  using type = memory::data_type;
  const memory::dims source_dims = {1, shape.C, shape.H, shape.W};
  const memory::dims result_dims = {1, shape.K, shape.P(), shape.Q()};
  const memory::dims weight_dims = {shape.groups, shape.filters_per_group(), shape.channels_per_group(), shape.R,
                                    shape.S};
  const memory::dims bias_dims = {shape.K};
  // Rows or columns behind the last window make the padding there negative.
  const auto padding_after = [](int in, int taps, int dilation, int stride, int before, int out) {
    return (out - 1) * stride + dilation * (taps - 1) + 1 - in - before;
  };
  const memory::dims before = {shape.padding.rows, shape.padding.columns};
  const memory::dims after = {
      padding_after(shape.H, shape.R, shape.dilation.rows, shape.stride.rows, shape.padding.rows, shape.P()),
      padding_after(shape.W, shape.S, shape.dilation.columns, shape.stride.columns, shape.padding.columns, shape.Q())};

  const std::vector<float> no_bias(static_cast<std::size_t>(shape.K), 0.0F);
  const dnnl::convolution_forward::primitive_desc convolution(
      {dnnl::prop_kind::forward_inference,
       dnnl::algorithm::convolution_direct,
       memory::desc(source_dims, type::f32, tag::any),
       memory::desc(weight_dims, type::f32, tag::any),
       memory::desc(bias_dims, type::f32, tag::x),
       memory::desc(result_dims, type::f32, tag::any),
       {shape.stride.rows, shape.stride.columns},
       {shape.dilation.rows - 1, shape.dilation.columns - 1},  // oneDNN counts the gaps
       before,
       after},
      processor());

  dnnl::stream stream(processor());
  pruning::Tensor<float> result({shape.K, shape.P(), shape.Q()});
  memory plain_result = plain(result_dims, tag::nchw, result.values.data());
  const memory source = arranged(plain(source_dims, tag::nchw, input.values.data()), convolution.src_desc(), stream);
  const memory filters =
      arranged(plain(weight_dims, tag::goihw, weights.values.data()), convolution.weights_desc(), stream);
  const memory biases = plain(bias_dims, tag::x, bias.empty() ? no_bias.data() : bias.data());
  const bool in_place = convolution.dst_desc() == plain_result.get_desc();
  memory computed = in_place ? plain_result : memory(convolution.dst_desc(), processor());
  dnnl::convolution_forward(convolution)
      .execute(
          stream,
          {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, filters}, {DNNL_ARG_BIAS, biases}, {DNNL_ARG_DST, computed}});
  if (!in_place) dnnl::reorder(computed, plain_result).execute(stream, computed, plain_result);
  stream.wait();
  return result;
}

}  // namespace workloads
