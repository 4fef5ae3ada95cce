// a [B, O] = dropout(relu(gamma * (z - mu) / s + beta)) as in normalise.wgsl, for maps: a workgroup
// does one chunk of rows. The chunks' means and squared deviations join as in Chan, Golub and LeVeque
// (1979); every workgroup joins them anew, in the same order.
override STATS: u32;  // 0 this batch's, kept for the backward pass; 1 this batch's, added to the
                      // means that recalibration collects; 2 the collected ones
override SHARE: f32;  // STATS 1: weight of this batch in the collected means

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> partials: array<f32>;
@group(1) @binding(2) var<storage, read> affine: array<f32>;
@group(1) @binding(3) var<storage, read_write> stats: array<f32>;  // [2, O]: mean, then 1 / s (STATS 0) or variance
@group(1) @binding(4) var<storage, read_write> a: array<f32>;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let o = group.x * COLUMNS + local.x;
  if (o >= O) {
    return;
  }
  var mu = 0.0;
  var inverse = 1.0;
  if (NORM > 0u && STATS < 2u) {
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      let share = f32(chunkStart(chunk + 1u) - chunkStart(chunk)) / f32(B);
      mu += share * partials[chunk * 2u * O + o];
    }
    var squares = 0.0;
    for (var chunk = 0u; chunk < CHUNKS; chunk++) {
      let rows = f32(chunkStart(chunk + 1u) - chunkStart(chunk));
      let d = partials[chunk * 2u * O + o] - mu;
      squares += partials[chunk * 2u * O + O + o] + rows * d * d;
    }
    let variance = squares / f32(B);
    inverse = inverseOf(variance);
    if (group.y == 0u && local.y == 0u) {
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
  let gamma = select(1.0, affine[o], NORM > 0u);
  let beta = affine[O + o];
  let end = chunkStart(group.y + 1u);
  for (var b = chunkStart(group.y) + local.y; b < end; b += ROWS) {
    let e = b * O + o;
    var value = gamma * ((z[e] - mu) * inverse) + beta;
    if (RELU) {
      // Not max(): what is not a number must stay so, and be seen in the loss.
      value = select(value, 0.0, value < 0.0);
    }
    a[e] = value * dropoutFactor(e);
  }
}
