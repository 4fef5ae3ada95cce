// Histogram of a layer's stored weights in 64 equal bins over [-range, range], and how many are
// saturated, |w| >= 0.999 H. range is H, or the layer's largest |w| (from extent.wgsl) in mode none.
override COUNT: u32;
override H: f32;
override OWN_RANGE: bool;

@group(1) @binding(0) var<storage, read> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> probe: array<atomic<u32>>;  // largest, saturated, 64 bins

var<workgroup> bins: array<atomic<u32>, 65>;  // the last one counts the saturated

@compute @workgroup_size(64)
fn main(
  @builtin(global_invocation_id) id: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32
) {
  var range = H;
  if (OWN_RANGE) {
    range = max(bitcast<f32>(atomicLoad(&probe[0])), 1e-30);
  }
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    let value = w[e];
    let bin = clamp(i32(floor((value / range + 1.0) * 32.0)), 0, 63);
    atomicAdd(&bins[bin], 1u);
    if (abs(value) >= 0.999 * H) {
      atomicAdd(&bins[64], 1u);
    }
  }
  workgroupBarrier();
  let count = atomicLoad(&bins[lane]);
  if (count > 0u) {
    atomicAdd(&probe[2u + lane], count);
  }
  if (lane == 0u) {
    atomicAdd(&probe[1], atomicLoad(&bins[64]));
  }
}
