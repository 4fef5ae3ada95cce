// Largest |w| of a layer, as the bits of a float: non-negative floats order as unsigned integers.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> probe: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  var largest = 0.0;
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    largest = max(largest, abs(w[e]));
  }
  atomicMax(&probe[0], bitcast<u32>(largest));
}
