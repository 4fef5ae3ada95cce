// Backward of rectify.wgsl, in place: g comes in as the gradient at a and leaves as the gradient at y,
// to which the other reader of y adds its own.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> y: array<f32>;
@group(1) @binding(1) var<storage, read> added: array<f32>;
@group(1) @binding(2) var<storage, read_write> g: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    g[e] = select(g[e] * dropoutFactor(e), 0.0, y[e] <= 0.0) + added[e];
  }
}
