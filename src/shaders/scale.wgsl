// values [COUNT] times one number that the device holds.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> factor: array<f32>;
@group(1) @binding(1) var<storage, read_write> values: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  let by = factor[0];
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    values[e] *= by;
  }
}
