// First half of the backward pass of maps_normalise.wgsl: g [B, O] goes back through dropout and
// ReLU in place, and each chunk of rows adds up g and g * xhat: partials [CHUNKS, 2, O]. Behind them
// gamma [O] as it is: the second half moves gamma while others still need it.
@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> stats: array<f32>;
@group(1) @binding(2) var<storage, read> affine: array<f32>;
@group(1) @binding(3) var<storage, read_write> g: array<f32>;
@group(1) @binding(4) var<storage, read_write> partials: array<f32>;

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
  let end = chunkStart(group.y + 1u);
  var sums = vec2<f32>();
  if (column < O) {
    for (var b = chunkStart(group.y) + local.y; b < end; b += ROWS) {
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
  if (local.y == 0u && column < O) {
    partials[group.y * 2u * O + o] = sums.x;
    partials[group.y * 2u * O + O + o] = sums.y;
    if (group.y == 0u) {
      partials[CHUNKS * 2u * O + o] = gamma;
    }
  }
}
