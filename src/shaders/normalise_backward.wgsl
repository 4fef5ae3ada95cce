// Backward of normalise.wgsl, in place: g [B, O] comes in as the gradient at a and leaves as the
// gradient at z; gamma and beta take their optimiser step. With xhat = (z - mu) / s and bars for
// means over the batch:
//   dz = gamma / s * (g - bar(g) - xhat' * bar(g * xhat)),   dgamma = sum g * xhat,   dbeta = sum g
// xhat' is xhat where epsilon is inside the root, and (z - mu) / sqrt(var) where it is added to it.
override B: u32;
override O: u32;
override NORM: u32;
override RELU: bool;
const NORM_EPSILON = 1e-4;

override BIAS_SCALE: f32;  // of the learning rate, for gamma and beta

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> stats: array<f32>;
@group(1) @binding(2) var<storage, read_write> affine: array<f32>;
@group(1) @binding(3) var<storage, read_write> g: array<f32>;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let column = group.x * COLUMNS + local.x;
  let o = min(column, O - 1u);
  var mu = 0.0;
  var inverse = 1.0;
  var gamma = 1.0;
  if (NORM > 0u) {
    mu = stats[o];
    inverse = stats[O + o];
    gamma = affine[o];
  }
  let beta = affine[O + o];

  // First pass: through dropout and ReLU, and the two sums.
  var sums = vec2<f32>();
  if (column < O) {
    for (var b = local.y; b < B; b += ROWS) {
      let e = b * O + o;
      let xhat = (z[e] - mu) * inverse;
      var gradient = g[e] * dropoutFactor(e);
      if (RELU && gamma * xhat + beta <= 0.0) {
        gradient = 0.0;
      }
      g[e] = gradient;
      sums += vec2<f32>(gradient, gradient * xhat);
    }
  }
  sums = sumOverRows(sums, local.x, local.y);
  if (column >= O) {
    return;
  }

  // Second pass: through the normalisation.
  if (NORM > 0u) {
    let means = sums / f32(B);
    // Where epsilon is added to the root, d s / d z carries 1 / sqrt(var), not 1 / s. A unit that
    // is constant over the batch has no such slope.
    var ratio = 1.0;
    if (NORM == 2u) {
      let root = 1.0 / inverse - NORM_EPSILON;
      ratio = select(0.0, 1.0 / (root * inverse), root > 0.0);
    }
    for (var b = local.y; b < B; b += ROWS) {
      let e = b * O + o;
      let xhat = (z[e] - mu) * inverse;
      g[e] = gamma * inverse * (g[e] - means.x - ratio * xhat * means.y);
    }
  }
  if (local.y == 0u) {
    if (NORM > 0u) {
      let moved = advance(sums.y, affine[2u * O + o], affine[3u * O + o], BIAS_SCALE * now.rateP);
      affine[o] += moved.step;
      affine[2u * O + o] = moved.m;
      affine[3u * O + o] = moved.v;
    }
    let moved = advance(sums.x, affine[4u * O + o], affine[5u * O + o], BIAS_SCALE * now.rateP);
    affine[O + o] = beta + moved.step;
    affine[4u * O + o] = moved.m;
    affine[5u * O + o] = moved.v;
  }
}
