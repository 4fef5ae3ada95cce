// z [O] = H * x [I] sign(w) [I, O] for one example, reading sign bits; or x w where BITS is off. For
// software adapters (see gpu/ops/quad): a workgroup is one subgroup of four lanes, without a
// barrier. A lane sums outputs lane, lane + 4, ... lane + 60; it loads x and the words of one row of
// four and hands them round.
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let o = group.x * 64u + lane;
  let fours = vec4<u32>(0u, 4u, 8u, 12u);
  let low = vec4<u32>(1u << lane) << fours;
  let high = low << vec4<u32>(16u);
  let ca = inside(o + fours);
  let cb = inside(o + 16u + fours);
  let cc = inside(o + 32u + fours);
  let cd = inside(o + 48u + fours);
  let word0 = group.x * 2u;
  let word1 = min(word0 + 1u, WORDS - 1u);
  var a = vec4<f32>();
  var b = vec4<f32>();
  var c = vec4<f32>();
  var d = vec4<f32>();
  for (var i = 0u; i < I; i += 4u) {
    // A row past the last one repeats it, times zero.
    let mine = min(i + lane, I - 1u);
    let mineX = select(0.0, x[mine], i + lane < I);
    let x0 = quadBroadcast(mineX, 0u);
    let x1 = quadBroadcast(mineX, 1u);
    let x2 = quadBroadcast(mineX, 2u);
    let x3 = quadBroadcast(mineX, 3u);
    if (BITS) {
      let words = vec2<u32>(wBits[mine * WORDS + word0], wBits[mine * WORDS + word1]);
      let w0 = quadBroadcast(words, 0u);
      let w1 = quadBroadcast(words, 1u);
      let w2 = quadBroadcast(words, 2u);
      let w3 = quadBroadcast(words, 3u);
      a += signed(w0.x, low, x0) + signed(w1.x, low, x1) + signed(w2.x, low, x2) + signed(w3.x, low, x3);
      b += signed(w0.x, high, x0) + signed(w1.x, high, x1) + signed(w2.x, high, x2) + signed(w3.x, high, x3);
      c += signed(w0.y, low, x0) + signed(w1.y, low, x1) + signed(w2.y, low, x2) + signed(w3.y, low, x3);
      d += signed(w0.y, high, x0) + signed(w1.y, high, x1) + signed(w2.y, high, x2) + signed(w3.y, high, x3);
    } else {
      let r0 = min(i, I - 1u) * O;
      let r1 = min(i + 1u, I - 1u) * O;
      let r2 = min(i + 2u, I - 1u) * O;
      let r3 = min(i + 3u, I - 1u) * O;
      a += weighted(r0, ca, x0) + weighted(r1, ca, x1) + weighted(r2, ca, x2) + weighted(r3, ca, x3);
      b += weighted(r0, cb, x0) + weighted(r1, cb, x1) + weighted(r2, cb, x2) + weighted(r3, cb, x3);
      c += weighted(r0, cc, x0) + weighted(r1, cc, x1) + weighted(r2, cc, x2) + weighted(r3, cc, x3);
      d += weighted(r0, cd, x0) + weighted(r1, cd, x1) + weighted(r2, cd, x2) + weighted(r3, cd, x3);
    }
  }
  for (var q = 0u; q < 4u; q++) {
    store(o + 4u * q, a[q]);
    store(o + 16u + 4u * q, b[q]);
    store(o + 32u + 4u * q, c[q]);
    store(o + 48u + 4u * q, d[q]);
  }
}
