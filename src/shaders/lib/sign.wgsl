// Sign bits: 32 weights of one row of w [I, O] to a word; bit o % 32 of word o / 32; 1 is +H.

// sign(0) is +: a stored weight of zero propagates as +H. (WGSL's own sign(0) is 0: never use it.)
fn isPositive(w: f32) -> bool {
  return w >= 0.0;
}

// +1 or -1 from bit `bit` of a word.
fn signOf(word: u32, bit: u32) -> f32 {
  return bitcast<f32>((((~word) << (31u - bit)) & 0x80000000u) | 0x3f800000u);
}

// The same for four words, given a mask with each one's bit. (Comparing measures faster than shifting
// bits to the sign place.)
fn signsOf(words: vec4<u32>, masks: vec4<u32>) -> vec4<f32> {
  return select(vec4<f32>(-1.0), vec4<f32>(1.0), (words & masks) != vec4<u32>());
}
