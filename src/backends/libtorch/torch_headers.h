// The part of LibTorch that runs graphs: ATen, without autograd. Precompiled.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
