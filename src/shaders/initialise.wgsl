// w [I, O] ~ U(-RANGE, RANGE), and its moments to zero.
override I: u32;
override O: u32;
override RANGE: f32;
override LAYER: u32;
override MOMENTS: u32;  // 0, 1 or 2 moments a weight

@group(1) @binding(0) var<storage, read_write> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> moments: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let e = id.y * O + id.x;
  if (id.x >= O) {
    return;
  }
  let words = philox(e >> 2u, 0u, now.seed, PURPOSE_INITIALISE + LAYER);
  w[e] = RANGE * symmetric(words[e & 3u]);
  for (var m = 0u; m < MOMENTS; m++) {
    moments[m * I * O + e] = 0.0;
  }
}
