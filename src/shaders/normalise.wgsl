// a [B, O] = dropout(relu(gamma * (z - mu) / s + beta)): batch norm (Ioffe and Szegedy 2015),
// activation and dropout in one pass over z [B, O].
override B: u32;
override O: u32;
override NORM: u32;   // 0 none: a bias only; 1 s = sqrt(var + epsilon); 2 s = sqrt(var) + epsilon
override STATS: u32;  // 0 this batch's, kept for the backward pass; 1 this batch's, added to the
                      // means that recalibration collects; 2 the collected ones
override SHARE: f32;  // STATS 1: weight of this batch in the collected means
override RELU: bool;
const NORM_EPSILON = 1e-4;

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> affine: array<f32>;
@group(1) @binding(2) var<storage, read_write> stats: array<f32>;  // [2, O]: mean, then 1 / s (STATS 0) or variance
@group(1) @binding(3) var<storage, read_write> a: array<f32>;

fn inverseOf(variance: f32) -> f32 {
  if (NORM == 1u) {
    return 1.0 / sqrt(variance + NORM_EPSILON);
  }
  return 1.0 / (sqrt(variance) + NORM_EPSILON);
}

@compute @workgroup_size(COLUMNS, ROWS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let column = group.x * COLUMNS + local.x;
  let o = min(column, O - 1u);
  var mu = 0.0;
  var inverse = 1.0;
  if (NORM > 0u && STATS < 2u) {
    // Two passes: the variance about the mean loses nothing to cancellation.
    var sum = 0.0;
    for (var b = local.y; b < B; b += ROWS) {
      sum += z[b * O + o];
    }
    mu = sumOverRows(vec2<f32>(sum, 0.0), local.x, local.y).x / f32(B);
    var squares = 0.0;
    for (var b = local.y; b < B; b += ROWS) {
      let d = z[b * O + o] - mu;
      squares += d * d;
    }
    let variance = sumOverRows(vec2<f32>(squares, 0.0), local.x, local.y).x / f32(B);
    inverse = inverseOf(variance);
    if (local.y == 0u && column < O) {
      if (STATS == 0u) {
        stats[o] = mu;
        stats[O + o] = inverse;
      } else {
        stats[o] += SHARE * mu;
        stats[O + o] += SHARE * variance;
      }
    }
  }
  if (NORM > 0u && STATS == 2u) {
    mu = stats[o];
    inverse = inverseOf(stats[O + o]);
  }
  if (column >= O) {
    return;
  }
  let gamma = select(1.0, affine[o], NORM > 0u);
  let beta = affine[O + o];
  for (var b = local.y; b < B; b += ROWS) {
    let e = b * O + o;
    var value = gamma * ((z[e] - mu) * inverse) + beta;
    if (RELU) {
      // Not max(): what is not a number must stay so, and be seen in the loss.
      value = select(value, 0.0, value < 0.0);
    }
    a[e] = value * dropoutFactor(e);
  }
}
