#include "backends/onednn/program.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <new>

namespace tacho::onednn {
namespace {

constexpr size_t kAlignment = 64;  // a cache line, and the widest vector

size_t aligned(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

std::shared_ptr<std::byte> allocate(size_t bytes) {
  void* data = std::aligned_alloc(kAlignment, std::max(kAlignment, aligned(bytes)));
  if (data == nullptr) throw std::bad_alloc();
  return {static_cast<std::byte*>(data), [](std::byte* p) { std::free(p); }};
}

const char* type_name(Type type) {
  switch (type) {
    case Type::f32:
      return "f32";
    case Type::bf16:
      return "bf16";
    case Type::s8:
      return "s8";
    case Type::u8:
      return "u8";
    default:
      return "s32";
  }
}

// First fit: each buffer at the lowest offset that those alive at the same time leave free. The
// largest are placed first.
std::vector<size_t> place(const std::vector<Buffer*>& buffers, size_t* total) {
  std::vector<size_t> order(buffers.size()), offsets(buffers.size(), 0), placed;
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return buffers[a]->bytes > buffers[b]->bytes; });
  *total = 0;
  for (const size_t i : order) {
    std::vector<std::pair<size_t, size_t>> taken;  // begin and end
    for (const size_t j : placed) {
      if (buffers[j]->first <= buffers[i]->last && buffers[i]->first <= buffers[j]->last) {
        taken.emplace_back(offsets[j], offsets[j] + aligned(buffers[j]->bytes));
      }
    }
    std::sort(taken.begin(), taken.end());
    size_t offset = 0;
    for (const auto& [begin, end] : taken) {
      if (offset + aligned(buffers[i]->bytes) <= begin) break;
      offset = std::max(offset, end);
    }
    offsets[i] = offset;
    placed.push_back(i);
    *total = std::max(*total, offset + aligned(buffers[i]->bytes));
  }
  return offsets;
}

}  // namespace

Shape row_major_strides(const Shape& shape) {
  Shape strides(shape.size(), 1);
  for (size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

int64_t elements_of(const Shape& shape) {
  int64_t product = 1;
  for (const int64_t size : shape) product *= size;
  return product;
}

// oneDNN has no rank 0.
Desc plain(const Shape& shape, Type type) {
  const Shape dims = shape.empty() ? Shape{1} : shape;
  return Desc(dims, type, row_major_strides(dims));
}

Desc any(const Shape& shape, Type type) {
  return Desc(shape.empty() ? Shape{1} : shape, type, dnnl::memory::format_tag::any);
}

Desc with_type(const Desc& layout, Type type) {
  Desc other = layout;
  other.data.data_type = dnnl::memory::convert_to_c(type);
  return other;
}

Shape shape_of(const Desc& layout) { return layout.dims(); }

bool is_plain(const Desc& layout) {
  return layout == plain(layout.dims(), static_cast<Type>(layout.data.data_type));
}

Tensor Program::make(const Desc& layout, bool known, float scale) {
  Tensor tensor;
  tensor.memory = dnnl::memory(layout, engine_, DNNL_MEMORY_NONE);
  tensor.buffer = std::make_shared<Buffer>();
  tensor.buffer->bytes = layout.get_size();
  tensor.buffer->known = known;
  tensor.scale = scale;
  if (known && !dry_) {
    tensor.buffer->data = allocate(tensor.buffer->bytes);
    tensor.memory.set_data_handle(tensor.buffer->data.get());
  }
  return tensor;
}

Tensor Program::view(const Tensor& tensor, const Desc& layout) {
  tensor.buffer->shared = true;
  return seen_as(tensor, layout);
}

Tensor Program::seen_as(const Tensor& tensor, const Desc& layout) const {
  Tensor seen = tensor;
  seen.memory = dnnl::memory(layout, engine_, DNNL_MEMORY_NONE);
  if (tensor.buffer->data) seen.memory.set_data_handle(tensor.buffer->data.get());
  return seen;
}

std::string Program::types_of(const Arguments& arguments) {
  std::string types;
  for (const int place : {DNNL_ARG_SRC, DNNL_ARG_MULTIPLE_SRC, DNNL_ARG_DST}) {
    for (const auto& [own, tensor] : arguments) {
      if (own == place)
        types += (types.empty() ? " " : "→") + std::string(type_name(tensor.type()));
    }
  }
  return types;
}

Program::Step Program::step_for(std::string label, const Arguments& arguments) const {
  Step step;
  step.node = node_;
  step.label = std::move(label) + "  " + name_;
  for (const auto& argument : arguments) step.touched.push_back(argument.second);
  return step;
}

void Program::add_step(Step step, const Arguments& arguments) {
  for (const auto& [place, tensor] : arguments) {
    if (place == DNNL_ARG_DST && tensor.known()) return execute(step);
  }
  steps_.push_back(std::move(step));
}

void Program::add_loop(const std::string& what, const std::vector<Tensor>& touched,
                       std::function<void()> loop) {
  if (dry_) return;
  Arguments arguments;
  for (const Tensor& tensor : touched) arguments.emplace_back(DNNL_ARG_SRC, tensor);
  arguments.back().first = DNNL_ARG_DST;
  Step step = step_for("loop:" + what + types_of(arguments), arguments);
  step.loop = std::move(loop);
  add_step(std::move(step), arguments);
}

void Program::execute(const Step& step) {
  if (step.loop) {
    step.loop();
  } else {
    step.primitive.execute(stream_, step.arguments);
  }
}

void Program::finish() {
  if (dry_) return;
  std::vector<Buffer*> buffers;
  for (size_t i = 0; i < steps_.size(); ++i) {
    for (const Tensor& tensor : steps_[i].touched) {
      Buffer& buffer = *tensor.buffer;
      if (buffer.data) continue;
      if (buffer.first < 0) {
        buffer.first = static_cast<int>(i);
        buffers.push_back(&buffer);
      }
      buffer.last = buffer.kept ? INT_MAX : static_cast<int>(i);
    }
  }
  size_t total = 0;
  const std::vector<size_t> offsets = place(buffers, &total);
  arena_ = allocate(total);
  for (size_t i = 0; i < buffers.size(); ++i) {
    buffers[i]->data = {arena_, arena_.get() + offsets[i]};
  }
  for (Step& step : steps_) {
    for (Tensor& tensor : step.touched) {
      tensor.memory.set_data_handle(tensor.buffer->data.get());
    }
  }
}

double Program::run() {
  const auto start = std::chrono::steady_clock::now();
  for (at_ = 0; at_ < steps_.size(); ++at_) execute(steps_[at_]);
  stream_.wait();
  const auto end = std::chrono::steady_clock::now();
  at_ = 0;
  return std::chrono::duration<double, std::milli>(end - start).count();
}

std::vector<std::string> Program::lines() const {
  std::vector<std::string> lines;
  for (const Step& step : steps_) lines.push_back(step.label);
  return lines;
}

}  // namespace tacho::onednn
