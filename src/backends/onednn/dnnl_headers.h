// oneDNN's C++ interface. Precompiled.
#pragma once

#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
