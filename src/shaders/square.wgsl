// squares [COUNT] = x^2.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    squares[e] = x[e] * x[e];
  }
}
