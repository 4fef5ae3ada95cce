// The weights [KERNEL * KERNEL, CHANNELS, OUTPUTS] of a convolution as those by which its input gradient
// is a convolution of dz: the kernel turned by half a turn, and channels and outputs exchanged, so
// [KERNEL * KERNEL, OUTPUTS, CHANNELS]. An invocation makes a word: 32 sign bits, or a real weight.
override KERNEL: u32;
override CHANNELS: u32;
override OUTPUTS: u32;
override BITS: bool;
override WORDS: u32;   // of a row that is read: ceil(OUTPUTS / 32)
override ACROSS: u32;  // of a row that is made: ceil(CHANNELS / 32), or CHANNELS

@group(1) @binding(0) var<storage, read> w: array<f32>;
@group(1) @binding(1) var<storage, read> wBits: array<u32>;
@group(1) @binding(2) var<storage, read_write> turned: array<u32>;

fn signBit(tap: u32, channel: u32, o: u32) -> u32 {
  return (wBits[(tap * CHANNELS + channel) * WORDS + (o >> 5u)] >> (o & 31u)) & 1u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  for (var e = id.x; e < KERNEL * KERNEL * OUTPUTS * ACROSS; e += grid.x * 64u) {
    let row = e / ACROSS;
    let tap = KERNEL * KERNEL - 1u - row / OUTPUTS;
    let o = row % OUTPUTS;
    let across = e % ACROSS;
    if (BITS) {
      var word = 0u;
      for (var channel = across * 32u; channel < min(across * 32u + 32u, CHANNELS); channel++) {
        word |= signBit(tap, channel, o) << (channel & 31u);
      }
      turned[e] = word;
    } else {
      turned[e] = bitcast<u32>(w[(tap * CHANNELS + across) * OUTPUTS + o]);
    }
  }
}
