// What the forward products of four lanes share (forward_q10.wgsl, forward_q20.wgsl): operands,
// weights from bits, the products of four k, and where an output goes.
override M: u32;  // B
override N: u32;  // O
override K: u32;  // I
override SCALE: f32;
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> z: array<f32>;

// Row i of the (binarised) weights at this lane's four columns; zero past the last row.
fn weights(i: u32, columns: vec4<u32>, masks: vec4<u32>) -> vec4<f32> {
  if (K % 4u != 0u && i >= K) {
    return vec4<f32>();
  }
  if (BITS) {
    return signsOf(vec4<u32>(wBits[i * WORDS + (columns.x >> 5u)]), masks);
  }
  let row = i * N;
  return vec4<f32>(w[row + columns.x], w[row + columns.y], w[row + columns.z], w[row + columns.w]);
}

fn madd(acc: vec4<f32>, x4: f32, w0: vec4<f32>, w1: vec4<f32>, w2: vec4<f32>, w3: vec4<f32>) -> vec4<f32> {
  return acc + quadBroadcast(x4, 0u) * w0 + quadBroadcast(x4, 1u) * w1
    + quadBroadcast(x4, 2u) * w2 + quadBroadcast(x4, 3u) * w3;
}

fn store(b: u32, o: u32, value: vec4<f32>) {
  if (b >= M) {
    return;
  }
  let e = b * N + o;
  if (o < N) { z[e] = SCALE * value.x; }
  if (o + 4u < N) { z[e + 4u] = SCALE * value.y; }
  if (o + 8u < N) { z[e + 8u] = SCALE * value.z; }
  if (o + 12u < N) { z[e + 12u] = SCALE * value.w; }
}
