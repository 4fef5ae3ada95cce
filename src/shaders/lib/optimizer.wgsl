// The optimisers: from a gradient g and its moments to the step that is added to a parameter.
// A rate comes in through `now` (rateW for weights, rateP for gamma and beta).
override OPTIMIZER: u32;  // 0 SGD, 1 Nesterov, 2 ADAM, 3 momentum
override FADES: bool;     // a companion's, whose rate fades
override BETA1: f32;
override BETA2: f32;
override EPSILON: f32;

struct Moved {
  step: f32,
  m: f32,
  v: f32,
}

fn advance(g: f32, m: f32, v: f32, full: f32) -> Moved {
  var rate = full;
  if (FADES) {
    rate *= now.fade;
  }
  if (OPTIMIZER == 2u) {
    // ADAM (Kingma and Ba 2015); the bias correction is in the rate, epsilon outside it.
    let m1 = BETA1 * m + (1.0 - BETA1) * g;
    let v1 = BETA2 * v + (1.0 - BETA2) * g * g;
    return Moved(-rate * m1 / (sqrt(v1) + EPSILON), m1, v1);
  }
  if (OPTIMIZER == 1u) {
    // Nesterov momentum: velocity in m.
    let m1 = now.momentum * m - rate * g;
    return Moved(now.momentum * m1 - rate * g, m1, 0.0);
  }
  if (OPTIMIZER == 3u) {
    // Classic momentum: the velocity is the step.
    let m1 = now.momentum * m - rate * g;
    return Moved(m1, m1, 0.0);
  }
  return Moved(-rate * g, 0.0, 0.0);
}
