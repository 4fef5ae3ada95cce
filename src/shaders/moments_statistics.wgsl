// Mean and variance over a batch of units that are drawn: unit (b, o) has mean MEAN * z and variance
// SPREAD * v, so each column's variance is that of its means and the mean of its variances. Written to
// `own` [2, O], and a share added to `collected` [2, O]. One column an invocation.
override B: u32;
override O: u32;
override MEAN: f32;
override SPREAD: f32;
override SHARE: f32;

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> v: array<f32>;
@group(1) @binding(2) var<storage, read_write> own: array<f32>;
@group(1) @binding(3) var<storage, read_write> collected: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let o = id.x;
  if (o >= O) {
    return;
  }
  var mean = 0.0;
  for (var b = 0u; b < B; b++) {
    mean += MEAN * z[b * O + o];
  }
  mean /= f32(B);
  var variance = 0.0;
  for (var b = 0u; b < B; b++) {
    let off = MEAN * z[b * O + o] - mean;
    variance += off * off + SPREAD * v[b * O + o];
  }
  variance /= f32(B);
  own[o] = mean;
  own[O + o] = variance;
  collected[o] += SHARE * mean;
  collected[O + o] += SHARE * variance;
}
