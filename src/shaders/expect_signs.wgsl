// The net of the likeliest weights, +1 and -1: from the sums of a layer's products [B, O] to signs, or in
// the last layer to scores.
override I: u32;
override O: u32;
override COUNT: u32;  // B * O
override LAST: bool;

@group(1) @binding(0) var<storage, read> sums: array<f32>;
@group(1) @binding(1) var<storage, read> affine: array<f32>;  // [6, O]: the bias is the second row
@group(1) @binding(2) var<storage, read_write> units: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    let sum = sums[e] + affine[O + e % O];
    units[e] = select(select(-1.0, 1.0, sum >= 0.0), sum / sqrt(f32(I) + 1.0), LAST);
  }
}
