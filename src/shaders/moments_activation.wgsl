// a [B, O]: the mean of relu(gamma (u - mu) / s + beta) over SAMPLES draws of a unit u ~ N(MEAN z, SPREAD v),
// as DropConnect is tested (Wan et al. 2013). Draws depend on the example's place in its split.
override B: u32;
override O: u32;
override MEAN: f32;
override SPREAD: f32;
override SAMPLES: u32;  // a multiple of four
override STREAM: u32;
override NORM: u32;     // 0 none: a bias only; 1 s = sqrt(var + epsilon); 2 s = sqrt(var) + epsilon
const NORM_EPSILON = 1e-4;

@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read> v: array<f32>;
@group(1) @binding(2) var<storage, read> affine: array<f32>;
@group(1) @binding(3) var<storage, read> stats: array<f32>;  // [2, O]: means and variances
@group(1) @binding(4) var<storage, read_write> a: array<f32>;

// Two of the standard normal distribution (Box and Muller 1958).
fn normals(r: vec2<u32>) -> vec2<f32> {
  let radius = sqrt(-2.0 * log(1.0 - unit(r.x)));
  let angle = 6.283185307179586 * unit(r.y);
  return radius * vec2<f32>(cos(angle), sin(angle));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < B * O; e += grid.x * 64u) {
    let o = e % O;
    var slope = 1.0;
    var shift = affine[O + o];
    if (NORM > 0u) {
      let variance = stats[O + o];
      let s = select(sqrt(variance) + NORM_EPSILON, sqrt(variance + NORM_EPSILON), NORM == 1u);
      slope = affine[o] / s;
      shift -= slope * stats[o];
    }
    let mean = slope * MEAN * z[e] + shift;
    let deviation = slope * sqrt(SPREAD * v[e]);
    var sum = vec4<f32>();
    for (var k = 0u; k < SAMPLES / 4u; k++) {
      let r = philox(now.start * O + e, k, now.seed, STREAM);
      let y = mean + deviation * vec4<f32>(normals(r.xy), normals(r.zw));
      // Not max(), which would hide what is not a number.
      sum += select(y, vec4<f32>(), y <= vec4<f32>());
    }
    a[e] = dot(sum, vec4<f32>(1.0)) / f32(SAMPLES);
  }
}
