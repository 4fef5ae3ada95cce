// z [B, O] = H * x [B, I] sign(w) [I, O], reading sign bits; or x w where BITS is off.
// For software adapters, whose subgroup of four lanes is one SIMD register: a workgroup is one
// subgroup and computes 10 x 16 outputs; a lane holds columns lane, lane + 4, + 8, + 12 in a vec4.
// No workgroup memory, no barrier; x is loaded once for four k and spread by quadBroadcast.
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let b = group.y * 10u;
  let o = group.x * 16u + lane;
  // Lanes and rows past the edge repeat the last column and row; store() drops them.
  let columns = min(vec4<u32>(o, o + 4u, o + 8u, o + 12u), vec4<u32>(N - 1u));
  let masks = vec4<u32>(1u) << (columns & vec4<u32>(31u));
  let last = (M - 1u) * K;
  let x0 = min(b * K, last);
  let x1 = min((b + 1u) * K, last);
  let x2 = min((b + 2u) * K, last);
  let x3 = min((b + 3u) * K, last);
  let x4 = min((b + 4u) * K, last);
  let x5 = min((b + 5u) * K, last);
  let x6 = min((b + 6u) * K, last);
  let x7 = min((b + 7u) * K, last);
  let x8 = min((b + 8u) * K, last);
  let x9 = min((b + 9u) * K, last);
  var z0 = vec4<f32>();
  var z1 = vec4<f32>();
  var z2 = vec4<f32>();
  var z3 = vec4<f32>();
  var z4 = vec4<f32>();
  var z5 = vec4<f32>();
  var z6 = vec4<f32>();
  var z7 = vec4<f32>();
  var z8 = vec4<f32>();
  var z9 = vec4<f32>();
  for (var k = 0u; k < K; k += 4u) {
    let w0 = weights(k, columns, masks);
    let w1 = weights(k + 1u, columns, masks);
    let w2 = weights(k + 2u, columns, masks);
    let w3 = weights(k + 3u, columns, masks);
    let at = min(k + lane, K - 1u);
    z0 = madd(z0, x[x0 + at], w0, w1, w2, w3);
    z1 = madd(z1, x[x1 + at], w0, w1, w2, w3);
    z2 = madd(z2, x[x2 + at], w0, w1, w2, w3);
    z3 = madd(z3, x[x3 + at], w0, w1, w2, w3);
    z4 = madd(z4, x[x4 + at], w0, w1, w2, w3);
    z5 = madd(z5, x[x5 + at], w0, w1, w2, w3);
    z6 = madd(z6, x[x6 + at], w0, w1, w2, w3);
    z7 = madd(z7, x[x7 + at], w0, w1, w2, w3);
    z8 = madd(z8, x[x8 + at], w0, w1, w2, w3);
    z9 = madd(z9, x[x9 + at], w0, w1, w2, w3);
  }
  store(b, o, z0);
  store(b + 1u, o, z1);
  store(b + 2u, o, z2);
  store(b + 3u, o, z3);
  store(b + 4u, o, z4);
  store(b + 5u, o, z5);
  store(b + 6u, o, z6);
  store(b + 7u, o, z7);
  store(b + 8u, o, z8);
  store(b + 9u, o, z9);
}
