// Inverted dropout (Srivastava et al. 2014): a kept value is divided by the keep probability.
// The mask is drawn again in the backward pass from the same counters instead of being stored.
override KEEP: f32;   // keep probability; 1 switches dropout off
override SITE: u32;   // 0 the input, l the output of hidden layer l

// What element e = b * width + j is multiplied by.
fn dropoutFactor(e: u32) -> f32 {
  if (KEEP >= 1.0) {
    return 1.0;
  }
  let words = philox(e >> 2u, now.step, now.seed, PURPOSE_DROPOUT + SITE);
  return select(0.0, 1.0 / KEEP, unit(words[e & 3u]) < KEEP);
}
