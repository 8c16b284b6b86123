// A C++ program outside of whirl: evolves the three reference particles, held in vectors of its
// own, and fails where one of them does not arrive. It must not know more than an installed tree
// tells.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <vector>

#include <whirl/whirl.h>

int main() {
  std::vector<double> x = {0.3, 0.0, -0.1};
  std::vector<double> y = {0.5, -0.5, -0.4};
  std::vector<double> ang_vel = {1, -1, 3};
  const std::array<double, 3> expected_x = {0.210269, -0.099334, 0.191358};
  const std::array<double, 3> expected_y = {0.543863, -0.490034, -0.365227};

  whirl_dispatcher *created = nullptr;
  whirl_status status = whirl_dispatcher_create(&created, nullptr);
  const std::unique_ptr<whirl_dispatcher, decltype(&whirl_dispatcher_destroy)> dispatcher(
      created, whirl_dispatcher_destroy);
  if (status == WHIRL_OK) {
    status = whirl_evolve(dispatcher.get(), {x.size(), x.data(), y.data(), ang_vel.data()}, 0.1);
  }
  if (status != WHIRL_OK) {
    std::fprintf(stderr, "%s\n", whirl_status_string(status));
    return 1;
  }

  int failures = 0;
  for (std::size_t i = 0; i < x.size(); i++) {
    std::printf("(%.9f, %.9f)\n", x[i], y[i]);
    failures += std::fabs(x[i] - expected_x[i]) >= 1e-5 || std::fabs(y[i] - expected_y[i]) >= 1e-5;
  }
  return failures > 0;
}
