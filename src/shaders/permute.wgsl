// order[p] = the example at position p of this era's shuffled training set: a keyed bijection on
// 0..N-1 (Feistel network with cycle walking), so that no sort and no random access is needed.
// now.start is the era: how often the order has been drawn before.
override N: u32;          // training examples
override HALF_BITS: u32;  // smallest k >= 1 with 4^k >= N

@group(1) @binding(0) var<storage, read_write> order: array<u32>;

// The 32-bit finaliser of MurmurHash3.
fn scramble(value: u32) -> u32 {
  var x = value;
  x ^= x >> 16u;
  x *= 0x85ebca6bu;
  x ^= x >> 13u;
  x *= 0xc2b2ae35u;
  return x ^ (x >> 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let position = id.x;
  if (position >= N) {
    return;
  }
  let mask = (1u << HALF_BITS) - 1u;
  let keysA = philox(0u, now.start, now.seed, PURPOSE_PERMUTATION);
  let keysB = philox(1u, now.start, now.seed, PURPOSE_PERMUTATION);
  var value = position;
  loop {
    var left = value >> HALF_BITS;
    var right = value & mask;
    for (var round = 0u; round < 8u; round++) {
      let key = select(keysB[round & 3u], keysA[round & 3u], round < 4u);
      let mixed = left ^ (scramble(right ^ key) & mask);
      left = right;
      right = mixed;
    }
    value = (left << HALF_BITS) | right;
    if (value < N) {
      break;
    }
  }
  order[position] = value;
}
