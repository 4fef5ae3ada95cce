// The largest number that one channel (or unit) has of each example, over all places of its map.
override PLACES: u32;
override CHANNELS: u32;
override EXAMPLES: u32;

@group(1) @binding(0) var<storage, read> values: array<f32>;  // [EXAMPLES, PLACES, CHANNELS] or more
@group(1) @binding(1) var<storage, read_write> peaks: array<f32>;  // [EXAMPLES]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= EXAMPLES) {
    return;
  }
  // Which channel is no constant: nothing is compiled anew for another one.
  let first = id.x * PLACES * CHANNELS + now.start;
  var peak = values[first];
  for (var place = 1u; place < PLACES; place++) {
    peak = max(peak, values[first + place * CHANNELS]);
  }
  peaks[id.x] = peak;
}
