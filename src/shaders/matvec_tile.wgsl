// z [O] = H * x [I] sign(w) [I, O] for one example, reading sign bits; or x w where BITS is off. For
// GPUs: 64 outputs a workgroup. Of its 256 invocations eight share a row, each sums outputs lane,
// lane + 8, ... lane + 56, and 32 slices take every 32nd row; their sums meet in workgroup memory,
// always in the same order.
const SLICES = 32u;

var<workgroup> sums: array<f32, 64u * SLICES>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
  let lane = index % 8u;
  let slice = index / 8u;
  let o = group.x * 64u + lane;
  let eights = vec4<u32>(0u, 8u, 16u, 24u);
  let masks = vec4<u32>(1u << lane) << eights;
  let ca = inside(o + eights);
  let cb = inside(o + 32u + eights);
  let word0 = group.x * 2u;
  let word1 = min(word0 + 1u, WORDS - 1u);
  var a = vec4<f32>();
  var b = vec4<f32>();
  for (var i = slice; i < I; i += SLICES) {
    let xi = x[i];
    if (BITS) {
      a += signed(wBits[i * WORDS + word0], masks, xi);
      b += signed(wBits[i * WORDS + word1], masks, xi);
    } else {
      a += weighted(i * O, ca, xi);
      b += weighted(i * O, cb, xi);
    }
  }
  for (var q = 0u; q < 4u; q++) {
    sums[slice * 64u + lane + 8u * q] = a[q];
    sums[slice * 64u + 32u + lane + 8u * q] = b[q];
  }
  workgroupBarrier();
  if (index < 64u) {
    var sum = 0.0;
    for (var s = 0u; s < SLICES; s++) {
      sum += sums[s * 64u + index];
    }
    store(group.x * 64u + index, sum);
  }
}
