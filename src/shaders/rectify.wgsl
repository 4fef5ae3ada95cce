// a = dropout(relu(y)) by itself: where batch norm's output is read before ReLU too.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> y: array<f32>;
@group(1) @binding(1) var<storage, read_write> a: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    // Not max(): what is not a number must stay so, and be seen in the loss.
    a[e] = select(y[e], 0.0, y[e] < 0.0) * dropoutFactor(e);
  }
}
