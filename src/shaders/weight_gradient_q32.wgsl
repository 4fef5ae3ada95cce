// dwb [I, O] = x^T [I, B] dz [B, O] as in weight_gradient_q16.wgsl, with twice the columns: 16 x 32
// outputs a workgroup of four lanes, so that an input that was spread serves eight columns a lane.
override M: u32;  // I
override N: u32;  // O
override K: u32;  // B
override SCALE: f32;

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

fn store(i: u32, o: u32, value: vec4<f32>) {
  if (i >= M) {
    return;
  }
  let e = i * N + o;
  if (o < N) { dwb[e] = SCALE * value.x; }
  if (o + 4u < N) { dwb[e + 4u] = SCALE * value.y; }
  if (o + 8u < N) { dwb[e + 8u] = SCALE * value.z; }
  if (o + 12u < N) { dwb[e + 12u] = SCALE * value.w; }
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let i = group.y * 16u;
  let o = group.x * 32u + lane;
  let near = min(vec4<u32>(o, o + 4u, o + 8u, o + 12u), vec4<u32>(N - 1u));
  let far = min(vec4<u32>(o + 16u, o + 20u, o + 24u, o + 28u), vec4<u32>(N - 1u));
  let inputs = min(vec4<u32>(i + lane) + vec4<u32>(0u, 4u, 8u, 12u), vec4<u32>(M - 1u));
  var g0 = vec4<f32>();
  var h0 = vec4<f32>();
  var g1 = vec4<f32>();
  var h1 = vec4<f32>();
  var g2 = vec4<f32>();
  var h2 = vec4<f32>();
  var g3 = vec4<f32>();
  var h3 = vec4<f32>();
  var g4 = vec4<f32>();
  var h4 = vec4<f32>();
  var g5 = vec4<f32>();
  var h5 = vec4<f32>();
  var g6 = vec4<f32>();
  var h6 = vec4<f32>();
  var g7 = vec4<f32>();
  var h7 = vec4<f32>();
  var g8 = vec4<f32>();
  var h8 = vec4<f32>();
  var g9 = vec4<f32>();
  var h9 = vec4<f32>();
  var g10 = vec4<f32>();
  var h10 = vec4<f32>();
  var g11 = vec4<f32>();
  var h11 = vec4<f32>();
  var g12 = vec4<f32>();
  var h12 = vec4<f32>();
  var g13 = vec4<f32>();
  var h13 = vec4<f32>();
  var g14 = vec4<f32>();
  var h14 = vec4<f32>();
  var g15 = vec4<f32>();
  var h15 = vec4<f32>();
  for (var b = 0u; b < K; b++) {
    let row = b * N;
    let d = vec4<f32>(dz[row + near.x], dz[row + near.y], dz[row + near.z], dz[row + near.w]);
    let e = vec4<f32>(dz[row + far.x], dz[row + far.y], dz[row + far.z], dz[row + far.w]);
    let source = b * M;
    let xa = x[source + inputs.x];
    let xb = x[source + inputs.y];
    let xc = x[source + inputs.z];
    let xd = x[source + inputs.w];
    let s0 = quadBroadcast(xa, 0u);
    g0 += s0 * d;
    h0 += s0 * e;
    let s1 = quadBroadcast(xa, 1u);
    g1 += s1 * d;
    h1 += s1 * e;
    let s2 = quadBroadcast(xa, 2u);
    g2 += s2 * d;
    h2 += s2 * e;
    let s3 = quadBroadcast(xa, 3u);
    g3 += s3 * d;
    h3 += s3 * e;
    let s4 = quadBroadcast(xb, 0u);
    g4 += s4 * d;
    h4 += s4 * e;
    let s5 = quadBroadcast(xb, 1u);
    g5 += s5 * d;
    h5 += s5 * e;
    let s6 = quadBroadcast(xb, 2u);
    g6 += s6 * d;
    h6 += s6 * e;
    let s7 = quadBroadcast(xb, 3u);
    g7 += s7 * d;
    h7 += s7 * e;
    let s8 = quadBroadcast(xc, 0u);
    g8 += s8 * d;
    h8 += s8 * e;
    let s9 = quadBroadcast(xc, 1u);
    g9 += s9 * d;
    h9 += s9 * e;
    let s10 = quadBroadcast(xc, 2u);
    g10 += s10 * d;
    h10 += s10 * e;
    let s11 = quadBroadcast(xc, 3u);
    g11 += s11 * d;
    h11 += s11 * e;
    let s12 = quadBroadcast(xd, 0u);
    g12 += s12 * d;
    h12 += s12 * e;
    let s13 = quadBroadcast(xd, 1u);
    g13 += s13 * d;
    h13 += s13 * e;
    let s14 = quadBroadcast(xd, 2u);
    g14 += s14 * d;
    h14 += s14 * e;
    let s15 = quadBroadcast(xd, 3u);
    g15 += s15 * d;
    h15 += s15 * e;
  }
  store(i, o, g0);
  store(i, o + 16u, h0);
  store(i + 1u, o, g1);
  store(i + 1u, o + 16u, h1);
  store(i + 2u, o, g2);
  store(i + 2u, o + 16u, h2);
  store(i + 3u, o, g3);
  store(i + 3u, o + 16u, h3);
  store(i + 4u, o, g4);
  store(i + 4u, o + 16u, h4);
  store(i + 5u, o, g5);
  store(i + 5u, o + 16u, h5);
  store(i + 6u, o, g6);
  store(i + 6u, o + 16u, h6);
  store(i + 7u, o, g7);
  store(i + 7u, o + 16u, h7);
  store(i + 8u, o, g8);
  store(i + 8u, o + 16u, h8);
  store(i + 9u, o, g9);
  store(i + 9u, o + 16u, h9);
  store(i + 10u, o, g10);
  store(i + 10u, o + 16u, h10);
  store(i + 11u, o, g11);
  store(i + 11u, o + 16u, h11);
  store(i + 12u, o, g12);
  store(i + 12u, o + 16u, h12);
  store(i + 13u, o, g13);
  store(i + 13u, o + 16u, h13);
  store(i + 14u, o, g14);
  store(i + 14u, o + 16u, h14);
  store(i + 15u, o, g15);
  store(i + 15u, o + 16u, h15);
}
