// DropConnect's masks of a minibatch, [B, I, ceil(O / 32)] words: bit o % 32 is 1 where the example sees the
// weight, with probability NUMERATOR / 2^DIGITS. Of these binary digits, last to first, each halves the
// odds: a random bit is taken with `or` where the digit is 1, with `and` where it is 0. Drawn
// again from the same counters for the way back. Four words an invocation and turn.
override COUNT: u32;      // words
override NUMERATOR: u32;
override DIGITS: u32;
override STREAM: u32;     // of the last digit; 256 apart

@group(1) @binding(0) var<storage, read_write> masks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var block = id.x; block * 4u < COUNT; block += grid.x * 64u) {
    var m = vec4<u32>();
    for (var d = 0u; d < DIGITS; d++) {
      let r = philox(block, now.step, now.seed, STREAM + d * 256u);
      m = select(m & r, m | r, ((NUMERATOR >> d) & 1u) == 1u);
    }
    for (var q = 0u; q < min(4u, COUNT - block * 4u); q++) {
      masks[block * 4u + q] = m[q];
    }
  }
}
