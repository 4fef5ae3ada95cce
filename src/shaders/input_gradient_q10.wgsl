// dx [B, I] = H * dz [B, O] sign(w)^T [O, I], reading the same sign bits as the forward pass; or
// dz w^T where BITS is off. For software adapters (see forward_q10.wgsl): a workgroup of four lanes
// computes 10 x 8 outputs; the lanes share out the sum over o and add up at the end. A word of signs
// serves eight rounds of four o.
override M: u32;  // B
override N: u32;  // I
override K: u32;  // O
override SCALE: f32;
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> dz: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> dx: array<f32>;

// Four words of signs, of inputs i.x .. i.w, at word `word` of their rows.
fn words(i: vec4<u32>, word: u32) -> vec4<u32> {
  if (!BITS) {
    return vec4<u32>();
  }
  let at = i * WORDS + word;
  return vec4<u32>(wBits[at.x], wBits[at.y], wBits[at.z], wBits[at.w]);
}

// The (binarised) weights of four inputs at output o.
fn weights(four: vec4<u32>, i: vec4<u32>, o: u32) -> vec4<f32> {
  if (BITS) {
    return signsOf(four, vec4<u32>(1u << (o & 31u)));
  }
  let at = i * K + o;
  return vec4<f32>(w[at.x], w[at.y], w[at.z], w[at.w]);
}

// Lane 0 writes inputs i, lane 1 i + 1, ...: every lane holds all four sums.
fn store(b: u32, i: u32, lane: u32, partial: vec4<f32>) {
  let sums = subgroupAdd(partial);
  if (b < M && i + lane < N) {
    dx[b * N + i + lane] = SCALE * sums[lane];
  }
}

@compute @workgroup_size(4)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let b = group.y * 10u;
  let i = group.x * 8u;
  let ia = min(vec4<u32>(i, i + 1u, i + 2u, i + 3u), vec4<u32>(N - 1u));
  let ib = min(vec4<u32>(i + 4u, i + 5u, i + 6u, i + 7u), vec4<u32>(N - 1u));
  let last = (M - 1u) * K;
  let d0 = min(b * K, last);
  let d1 = min((b + 1u) * K, last);
  let d2 = min((b + 2u) * K, last);
  let d3 = min((b + 3u) * K, last);
  let d4 = min((b + 4u) * K, last);
  let d5 = min((b + 5u) * K, last);
  let d6 = min((b + 6u) * K, last);
  let d7 = min((b + 7u) * K, last);
  let d8 = min((b + 8u) * K, last);
  let d9 = min((b + 9u) * K, last);
  var a0 = vec4<f32>();
  var b0 = vec4<f32>();
  var a1 = vec4<f32>();
  var b1 = vec4<f32>();
  var a2 = vec4<f32>();
  var b2 = vec4<f32>();
  var a3 = vec4<f32>();
  var b3 = vec4<f32>();
  var a4 = vec4<f32>();
  var b4 = vec4<f32>();
  var a5 = vec4<f32>();
  var b5 = vec4<f32>();
  var a6 = vec4<f32>();
  var b6 = vec4<f32>();
  var a7 = vec4<f32>();
  var b7 = vec4<f32>();
  var a8 = vec4<f32>();
  var b8 = vec4<f32>();
  var a9 = vec4<f32>();
  var b9 = vec4<f32>();
  for (var o32 = 0u; o32 < K; o32 += 32u) {
    let wordsA = words(ia, o32 >> 5u);
    let wordsB = words(ib, o32 >> 5u);
    let end = min(o32 + 32u, K);
    for (var k = o32; k < end; k += 4u) {
      let at = min(k + lane, K - 1u);
      // A lane past the last output adds zero.
      let keep = select(0.0, 1.0, k + lane < K);
      let wa = keep * weights(wordsA, ia, at);
      let wb = keep * weights(wordsB, ib, at);
      var d = 0.0;
      d = dz[d0 + at];
      a0 += d * wa;
      b0 += d * wb;
      d = dz[d1 + at];
      a1 += d * wa;
      b1 += d * wb;
      d = dz[d2 + at];
      a2 += d * wa;
      b2 += d * wb;
      d = dz[d3 + at];
      a3 += d * wa;
      b3 += d * wb;
      d = dz[d4 + at];
      a4 += d * wa;
      b4 += d * wb;
      d = dz[d5 + at];
      a5 += d * wa;
      b5 += d * wb;
      d = dz[d6 + at];
      a6 += d * wa;
      b6 += d * wb;
      d = dz[d7 + at];
      a7 += d * wa;
      b7 += d * wb;
      d = dz[d8 + at];
      a8 += d * wa;
      b8 += d * wb;
      d = dz[d9 + at];
      a9 += d * wa;
      b9 += d * wb;
    }
  }
  store(b + 0u, i, lane, a0);
  store(b + 0u, i + 4u, lane, b0);
  store(b + 1u, i, lane, a1);
  store(b + 1u, i + 4u, lane, b1);
  store(b + 2u, i, lane, a2);
  store(b + 2u, i + 4u, lane, b2);
  store(b + 3u, i, lane, a3);
  store(b + 3u, i + 4u, lane, b3);
  store(b + 4u, i, lane, a4);
  store(b + 4u, i + 4u, lane, b4);
  store(b + 5u, i, lane, a5);
  store(b + 5u, i + 4u, lane, b5);
  store(b + 6u, i, lane, a6);
  store(b + 6u, i + 4u, lane, b6);
  store(b + 7u, i, lane, a7);
  store(b + 7u, i + 4u, lane, b7);
  store(b + 8u, i, lane, a8);
  store(b + 8u, i + 4u, lane, b8);
  store(b + 9u, i, lane, a9);
  store(b + 9u, i + 4u, lane, b9);
}
