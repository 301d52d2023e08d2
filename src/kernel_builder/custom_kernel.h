// A kernel type that the user declares in YAML, around an ONNX template:
//
//   kernel: scaled-conv             its name
//   template: scaled_conv.txt       an ONNX file, or text in ONNX's syntax; relative to the YAML
//   file weights: [w]                    inputs of the template that are constants parameters: in
//   the order of the canonical text
//     hw: {key: HW, sample: [7, 14, 28, 56]}            drawn from a list
//     cin: {key: CIN, sample: {from: 8, to: 512}}       a size: log-uniform, fine-grained around it
//     b: {key: BATCH_SIZE, absent: 1}                   may be left out of the text
//   features: [hw, cin, flops, params]                  what the forest sees; default: everything
//
// In a text template every word that is a parameter's name, outside of quotes, is replaced by its
// value: dims, attributes and names alike, so no tensor should be called like a parameter. In a
// binary template the symbolic dims of its inputs are.
#pragma once

#include <memory>
#include <string>

#include "kernel_builder/catalogue.h"

namespace tacho {

/// Throws Error naming the YAML file and the line: a key that is not known, a parameter without a
/// sample, a template that cannot be read or built, a name that a built-in kernel has.
std::shared_ptr<const KernelType> read_custom_kernel(const std::string& yaml_path);

/// The folder of registered kernels: $XDG_CONFIG_HOME/tachograph/kernels, else
/// ~/.config/tachograph/kernels. "" if neither variable is set.
std::string registered_kernels_folder();
/// Copies the YAML file and its template into a folder of their own under `folder`. Throws Error if
/// they are not valid or the name is taken. Returns the kernel's name.
std::string register_kernel(const std::string& yaml_path, const std::string& folder);
/// Throws Error with the nearest name if there is none.
void unregister_kernel(const std::string& name, const std::string& folder);
/// Adds what is registered; what cannot be read is appended to `problems` instead.
void add_registered_kernels(const std::string& folder, Catalogue& catalogue,
                            std::vector<std::string>& problems);

}  // namespace tacho
