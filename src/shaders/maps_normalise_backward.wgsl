// Second half of the backward pass of maps_normalise.wgsl (the formula stands in
// normalise_backward.wgsl): the chunks' sums join, g becomes the gradient at z, gamma and beta take
// their optimiser step.
override BIAS_SCALE: f32;  // of the learning rate, for gamma and beta

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> stats: array<f32>;
@group(1) @binding(2) var<storage, read> partials: array<f32>;
@group(1) @binding(3) var<storage, read_write> affine: array<f32>;
@group(1) @binding(4) var<storage, read_write> g: array<f32>;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let o = group.x * COLUMNS + local.x;
  if (o >= O) {
    return;
  }
  var sums = vec2<f32>();
  for (var chunk = 0u; chunk < CHUNKS; chunk++) {
    sums += vec2<f32>(partials[chunk * 2u * O + o], partials[chunk * 2u * O + O + o]);
  }
  if (NORM > 0u) {
    let mu = stats[o];
    let inverse = stats[O + o];
    let gamma = partials[CHUNKS * 2u * O + o];
    let means = sums / f32(B);
    // Where epsilon is added to the root, d s / d z carries 1 / sqrt(var), not 1 / s. A channel that
    // is constant over the batch has no such slope.
    var ratio = 1.0;
    if (NORM == 2u) {
      let root = 1.0 / inverse - NORM_EPSILON;
      ratio = select(0.0, 1.0 / (root * inverse), root > 0.0);
    }
    let end = chunkStart(group.y + 1u);
    for (var b = chunkStart(group.y) + local.y; b < end; b += ROWS) {
      let e = b * O + o;
      let xhat = (z[e] - mu) * inverse;
      g[e] = gamma * inverse * (g[e] - means.x - ratio * xhat * means.y);
    }
  }
  if (group.y == 0u && local.y == 0u) {
    if (NORM > 0u) {
      let moved = advance(sums.y, affine[2u * O + o], affine[3u * O + o], BIAS_SCALE * now.rateP);
      affine[o] += moved.step;
      affine[2u * O + o] = moved.m;
      affine[3u * O + o] = moved.v;
    }
    let moved = advance(sums.x, affine[4u * O + o], affine[5u * O + o], BIAS_SCALE * now.rateP);
    affine[O + o] += moved.step;
    affine[4u * O + o] = moved.m;
    affine[5u * O + o] = moved.v;
  }
}
