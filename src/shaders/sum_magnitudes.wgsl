// Sums of |v| over shares of `values`, one a workgroup, times FACTOR: in two passes, the second over the
// sums of the first, the mean |w| of a layer, added up in the same order every time.
override COUNT: u32;
override FACTOR: f32;

@group(1) @binding(0) var<storage, read> values: array<f32>;
@group(1) @binding(1) var<storage, read_write> sums: array<f32>;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  var sum = 0.0;
  for (var e = group.x * 64u + lane; e < COUNT; e += grid.x * 64u) {
    sum += abs(values[e]);
  }
  partial[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    for (var k = 0u; k < 64u; k++) {
      total += partial[k];
    }
    sums[group.x] = FACTOR * total;
  }
}
