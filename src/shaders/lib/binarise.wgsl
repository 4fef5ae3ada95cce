// Binarisation (BinaryConnect, equations 1 to 3). Deterministic: +H where w >= 0. Stochastic: +H
// with probability hs(w / H), hs(x) = clip((x + 1) / 2, 0, 1), which is the same as u < w / H for u
// uniform on [-1, 1). One product and an exact u: no fused multiply-add can change a bit.
override STOCHASTIC: bool;
override INVERSE_H: f32;
override STREAM: u32;

// Four bits, from the first of four stored weights on, for training step `step`. `e` is the index of the first
// in the rows padded to whole words: e = i * 32 * ceil(O / 32) + o, a multiple of four.
fn binariseFour(w: vec4<f32>, e: u32, step: u32) -> u32 {
  var plus = w >= vec4<f32>();
  if (STOCHASTIC) {
    let r = philox(e >> 2u, step, now.seed, STREAM);
    let u = vec4<f32>(symmetric(r.x), symmetric(r.y), symmetric(r.z), symmetric(r.w));
    plus = u < w * INVERSE_H;
  }
  return dot(select(vec4<u32>(), vec4<u32>(1u, 2u, 4u, 8u), plus), vec4<u32>(1u));
}
