// The normal distribution and its tails, from erfcx(a) = exp(a^2) erfc(a), which neither under- nor
// overflows. Relative error of erfcx and of normalOverPhi about 4e-7, as far as exp allows; absolute
// error of erf below 2e-7, and relative below 1e-6 near zero.
const ROOT_HALF = 0.70710678;
const ROOT_TWO_OVER_PI = 0.79788456;

// exp(a^2) erfc(a) for a >= 0: (1 + 2 a) times it, as a polynomial of (a - 2) / (a + 2), which is
// fitted to the function at Chebyshev's points.
fn erfcx(a: f32) -> f32 {
  let u = (a - 2.0) / (a + 2.0);
  var p = 0.000160803582;
  p = p * u - 0.00018365444;
  p = p * u - 0.0013957069;
  p = p * u + 0.00104314461;
  p = p * u + 0.00868915953;
  p = p * u - 0.00794272125;
  p = p * u - 0.0542119592;
  p = p * u + 0.164035842;
  p = p * u - 0.166031092;
  p = p * u - 0.0927630812;
  p = p * u + 1.27697837;
  return p / (1.0 + 2.0 * a);
}

fn erf(z: f32) -> f32 {
  let a = abs(z);
  if (a < 0.5) {
    // 2 / sqrt(pi) times the sum of (-1)^n z^(2n+1) / (n! (2n+1)).
    let s = z * z;
    let sum = 1.0 + s * (-1.0 / 3.0 + s * (0.1 + s * (-1.0 / 42.0 + s * (1.0 / 216.0 - s / 1320.0))));
    return 1.1283792 * z * sum;
  }
  let value = 1.0 - exp(-a * a) * erfcx(a);
  return select(value, -value, z < 0.0);
}

// n(t; 0, 1) / Phi(t): where t is far below zero, about -t.
fn normalOverPhi(t: f32) -> f32 {
  let a = abs(t) * ROOT_HALF;
  let scaled = erfcx(a);
  if (t < 0.0) {
    return ROOT_TWO_OVER_PI / scaled;
  }
  let decay = exp(-a * a);
  return 0.5 * ROOT_TWO_OVER_PI * decay / (1.0 - 0.5 * decay * scaled);
}

// -log Phi(t): where t is far below zero, about t^2 / 2.
fn minusLogPhi(t: f32) -> f32 {
  let a = abs(t) * ROOT_HALF;
  let tail = 0.5 * erfcx(a);
  if (t < 0.0) {
    return a * a - log(tail);
  }
  let above = tail * exp(-a * a);
  if (above < 0.05) {
    // log(1 - above) would keep few digits: its series.
    let third = 1.0 / 3.0 + above * (0.25 + above * (0.2 + above / 6.0));
    return above * (1.0 + above * (0.5 + above * third));
  }
  return -log(1.0 - above);
}

// n(0; mean, variance), the density.
fn densityAtZero(mean: f32, variance: f32) -> f32 {
  return 0.5 * ROOT_TWO_OVER_PI * exp(-0.5 * mean * mean / variance) * inverseSqrt(variance);
}
