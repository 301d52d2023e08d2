// The part of LibTorch that training uses: tensors and autograd. Precompiled.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/api/include/torch/autograd.h>
#include <torch/csrc/api/include/torch/types.h>
#include <torch/csrc/api/include/torch/utils.h>
