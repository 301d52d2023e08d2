// How good predictions are. Names are the field's; NNLQP's Acc(10%) is within_10.
#pragma once

#include <cstddef>
#include <vector>

namespace tacho {

struct Accuracy {
  size_t count = 0;
  double mape = 0;          ///< mean of |predicted − measured| / measured, in percent
  double median_error = 0;  ///< median of the same, in percent
  double within_5 = 0;      ///< share of predictions at most 5 % off, in percent
  double within_10 = 0;     ///< the same for 10 %
  double spearman =
      0;  ///< rank correlation, ties share their mean rank; NaN below two points or without spread
};

/// At least one value; the mean of the middle two if their number is even.
double median_of(std::vector<double> values);

/// Both in milliseconds, same length, measured > 0.
Accuracy accuracy_of(const std::vector<double>& predicted, const std::vector<double>& measured);

}  // namespace tacho
