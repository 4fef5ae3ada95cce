// dwb [I, O] = x^T [I, B] dz [B, O]: real times real, the one product of the three that keeps its
// multiplications. For software adapters (see forward_q10.wgsl): a workgroup of four lanes computes
// 16 x 16 outputs; a lane loads every fourth of 16 inputs and holds every fourth of 16 columns.
@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * 16u;
  let o = group.x * 16u + lane;
  let columns = min(vec4<u32>(o, o + 4u, o + 8u, o + 12u), vec4<u32>(N - 1u));
  let inputs = min(vec4<u32>(i + lane) + vec4<u32>(0u, 4u, 8u, 12u), vec4<u32>(M - 1u));
  var g0 = vec4<f32>();
  var g1 = vec4<f32>();
  var g2 = vec4<f32>();
  var g3 = vec4<f32>();
  var g4 = vec4<f32>();
  var g5 = vec4<f32>();
  var g6 = vec4<f32>();
  var g7 = vec4<f32>();
  var g8 = vec4<f32>();
  var g9 = vec4<f32>();
  var g10 = vec4<f32>();
  var g11 = vec4<f32>();
  var g12 = vec4<f32>();
  var g13 = vec4<f32>();
  var g14 = vec4<f32>();
  var g15 = vec4<f32>();
  for (var b = 0u; b < K; b++) {
    let row = b * N;
    let d = vec4<f32>(dz[row + columns.x], dz[row + columns.y], dz[row + columns.z], dz[row + columns.w]);
    let source = b * M;
    let xa = x[source + inputs.x];
    let xb = x[source + inputs.y];
    let xc = x[source + inputs.z];
    let xd = x[source + inputs.w];
    g0 += quadBroadcast(xa, 0u) * d;
    g1 += quadBroadcast(xa, 1u) * d;
    g2 += quadBroadcast(xa, 2u) * d;
    g3 += quadBroadcast(xa, 3u) * d;
    g4 += quadBroadcast(xb, 0u) * d;
    g5 += quadBroadcast(xb, 1u) * d;
    g6 += quadBroadcast(xb, 2u) * d;
    g7 += quadBroadcast(xb, 3u) * d;
    g8 += quadBroadcast(xc, 0u) * d;
    g9 += quadBroadcast(xc, 1u) * d;
    g10 += quadBroadcast(xc, 2u) * d;
    g11 += quadBroadcast(xc, 3u) * d;
    g12 += quadBroadcast(xd, 0u) * d;
    g13 += quadBroadcast(xd, 1u) * d;
    g14 += quadBroadcast(xd, 2u) * d;
    g15 += quadBroadcast(xd, 3u) * d;
  }
  store(i, o, g0);
  store(i + 1u, o, g1);
  store(i + 2u, o, g2);
  store(i + 3u, o, g3);
  store(i + 4u, o, g4);
  store(i + 5u, o, g5);
  store(i + 6u, o, g6);
  store(i + 7u, o, g7);
  store(i + 8u, o, g8);
  store(i + 9u, o, g9);
  store(i + 10u, o, g10);
  store(i + 11u, o, g11);
  store(i + 12u, o, g12);
  store(i + 13u, o, g13);
  store(i + 14u, o, g14);
  store(i + 15u, o, g15);
}
