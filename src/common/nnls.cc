#include "common/nnls.h"

#include <algorithm>

namespace tacho {
namespace {

constexpr int kSweeps = 2000;

}  // namespace

Eigen::VectorXd fit_nnls(const Eigen::MatrixXd& a, const Eigen::VectorXd& y) {
  Eigen::MatrixXd scaled = a;
  const Eigen::VectorXd scale = scaled.colwise().norm();
  for (Eigen::Index j = 0; j < scaled.cols(); ++j) {
    if (scale[j] > 0) scaled.col(j) /= scale[j];
  }
  const Eigen::MatrixXd gram = scaled.transpose() * scaled;
  const Eigen::VectorXd pull = scaled.transpose() * y;
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  bool moved = true;
  for (int sweep = 0; sweep < kSweeps && moved; ++sweep) {
    moved = false;
    for (Eigen::Index j = 0; j < x.size(); ++j) {
      if (scale[j] == 0) continue;
      const double next = std::max(0.0, x[j] + (pull[j] - gram.row(j).dot(x)) / gram(j, j));
      moved = moved || next != x[j];
      x[j] = next;
    }
  }
  for (Eigen::Index j = 0; j < x.size(); ++j) x[j] = scale[j] > 0 ? x[j] / scale[j] : 0;
  return x;
}

Eigen::VectorXd fit_relative_nnls(const Eigen::MatrixXd& costs, const Eigen::VectorXd& targets) {
  const Eigen::MatrixXd relative = costs.array().colwise() / targets.array();
  return fit_nnls(relative, Eigen::VectorXd::Ones(costs.rows()));
}

}  // namespace tacho
