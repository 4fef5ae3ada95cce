// total [COUNT] = the sum of slices [SLICES, COUNT], always in the same order.
override COUNT: u32;
override SLICES: u32;

@group(1) @binding(0) var<storage, read> slices: array<f32>;
@group(1) @binding(1) var<storage, read_write> total: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    var sum = 0.0;
    for (var s = 0u; s < SLICES; s++) {
      sum += slices[s * COUNT + e];
    }
    total[e] = sum;
  }
}
