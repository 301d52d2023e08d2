#include "kernel_builder/catalogue.h"

#include "common/error.h"
#include "common/text.h"
#include "kernel_builder/kernel_declaration.h"

namespace tacho {
namespace {

// Larger sizes are mistakes; products of a few of these still fit into a double exactly enough.
constexpr int64_t kMostValue = int64_t{1} << 31;

class BuiltinKernel : public KernelType {
 public:
  explicit BuiltinKernel(KernelDeclaration d) : declaration_(std::move(d)) {
    declaration_.family.parameters.push_back({"b", "BATCH_SIZE", 1});
  }
  const std::string& name() const override { return declaration_.name; }
  const std::string& predictor() const override { return declaration_.predictor; }
  const std::vector<KernelParameter>& parameters() const override {
    return declaration_.family.parameters;
  }
  bool nnmeter() const override { return declaration_.nnmeter; }

  void check(const KernelConfig& config) const override {
    if (config.values.size() != parameters().size()) {
      throw Error(name() + ": " + std::to_string(config.values.size()) + " values for " +
                  std::to_string(parameters().size()) + " parameters");
    }
    for (size_t i = 0; i < parameters().size(); ++i) {
      const KernelParameter& p = parameters()[i];
      if (config.values[i] >= p.least && config.values[i] <= kMostValue) continue;
      throw Error(name() + ": " + p.name + "=" + std::to_string(config.values[i]) +
                  " is not valid; it may be " + std::to_string(p.least) + " to " +
                  std::to_string(kMostValue));
    }
    const std::string misfit = declaration_.family.misfit(values(config));
    if (!misfit.empty()) throw Error(name() + ": " + misfit);
    const double most = 4 * static_cast<double>(kMaxElements);
    const Cost cost = this->cost(config).cost;
    if (cost.read_bytes > most || cost.write_bytes > most) {
      throw Error(name() + ": the tensors would have more than 2^48 elements");
    }
  }

  KernelCost cost(const KernelConfig& config) const override {
    return declaration_.family.cost(values(config));
  }

  Graph build(const KernelConfig& config) const override {
    check(config);
    GraphBuilder builder(to_text(*this, config));
    const std::vector<ValueId> outputs = declaration_.family.build(builder, values(config));
    return builder.finish(outputs);
  }

 private:
  KernelValues values(const KernelConfig& config) const {
    return KernelValues(parameters(), config.values);
  }

  KernelDeclaration declaration_;
};

std::vector<std::string> names_of(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const auto& type : catalogue.types()) names.push_back(type->name());
  return names;
}

}  // namespace

const Catalogue& Catalogue::builtin() {
  static const Catalogue catalogue = [] {
    Catalogue c;
    for (KernelDeclaration& d : builtin_declarations()) {
      c.add(std::make_shared<BuiltinKernel>(std::move(d)));
    }
    return c;
  }();
  return catalogue;
}

const KernelType* Catalogue::find(const std::string& name) const {
  for (const auto& type : types_) {
    if (type->name() == name) return type.get();
  }
  return nullptr;
}

const KernelType& Catalogue::at(const std::string& name) const {
  const KernelType* type = find(name);
  if (type != nullptr) return *type;
  throw Error("no kernel '" + printable(name) + "'" + name_hint(name, names_of(*this)) +
                  "; tacho kernel list shows all",
              Fault::kUsage);
}

void Catalogue::add(std::shared_ptr<const KernelType> type) {
  if (find(type->name()) != nullptr)
    throw Error("there is a kernel '" + type->name() + "' already");
  types_.push_back(std::move(type));
}

}  // namespace tacho
