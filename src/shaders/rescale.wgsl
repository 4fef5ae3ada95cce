// What switching the mode of a running net does to a layer: w <- w * FACTOR, clipped on entry to a
// binary mode; moments to zero where the scale changed.
override COUNT: u32;    // weights
override FACTOR: f32;
override CLIP: bool;
override H: f32;
override MOMENTS: u32;  // moments a weight to clear

@group(1) @binding(0) var<storage, read_write> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> moments: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    var value = w[e] * FACTOR;
    if (CLIP) {
      value = clamp(value, -H, H);
    }
    w[e] = value;
    for (var m = 0u; m < MOMENTS; m++) {
      moments[m * COUNT + e] = 0.0;
    }
  }
}
