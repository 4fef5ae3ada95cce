// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): counter-based random numbers, the same as
// src/reference/random.ts. A stream is purpose * 65536 + layer.
const PURPOSE_INITIALISE = 65536u;
const PURPOSE_DROPOUT = 196608u;
const PURPOSE_PERMUTATION = 262144u;
const PURPOSE_AUGMENTATION = 327680u;

// High and low word of a * b, from 16-bit halves.
fn multiplyWide(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let mid = ah * bl + ((al * bl) >> 16u);
  let mid2 = al * bh + (mid & 0xffffu);
  return vec2<u32>(ah * bh + (mid >> 16u) + (mid2 >> 16u), a * b);
}

// Four random words of counter (block, step, 0, 0) under key (seed, stream).
fn philox(block: u32, step: u32, seed: u32, stream: u32) -> vec4<u32> {
  var c = vec4<u32>(block, step, 0u, 0u);
  var key = vec2<u32>(seed, stream);
  for (var round = 0u; round < 10u; round++) {
    let p = multiplyWide(0xD2511F53u, c.x);
    let q = multiplyWide(0xCD9E8D57u, c.z);
    c = vec4<u32>(q.x ^ c.y ^ key.x, q.y, p.x ^ c.w ^ key.y, p.y);
    key += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
  }
  return c;
}

// Uniform on [-1, 1) in steps of 2^-23: exact in f32, so that every adapter draws the same.
fn symmetric(word: u32) -> f32 {
  return f32(word >> 8u) * 1.1920928955078125e-7 - 1.0;
}

// Uniform on [0, 1) in steps of 2^-24.
fn unit(word: u32) -> f32 {
  return f32(word >> 8u) * 5.9604644775390625e-8;
}
