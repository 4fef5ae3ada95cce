// Max or mean of each window, and dropout where it is the last before the next layer. Where it trains, picks [B, outputs] keep which place of the map a
// maximum came from: of equal ones the first by row and column.
override PICKS: bool;

@group(1) @binding(0) var<storage, read> input: array<f32>;
@group(1) @binding(1) var<storage, read_write> output: array<f32>;
@group(1) @binding(2) var<storage, read_write> picks: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= OUT_HEIGHT * OUT_WIDTH * CHANNELS) {
    return;
  }
  let channel = id.x % CHANNELS;
  let ox = (id.x / CHANNELS) % OUT_WIDTH;
  let oy = id.x / (CHANNELS * OUT_WIDTH);
  let window = windowOf(oy, ox);
  let base = id.y * HEIGHT * WIDTH * CHANNELS + channel;
  let out = id.y * OUT_HEIGHT * OUT_WIDTH * CHANNELS + id.x;
  var place = window.x * WIDTH + window.y;
  var best = input[base + place * CHANNELS];
  var sum = 0.0;
  for (var y = window.x; y < window.z; y++) {
    for (var x = window.y; x < window.w; x++) {
      let value = input[base + (y * WIDTH + x) * CHANNELS];
      sum += value;
      // What is not a number is larger than all others: it must not get lost.
      if (value > best || (value != value && best == best)) {
        best = value;
        place = y * WIDTH + x;
      }
    }
  }
  if (MAXIMUM) {
    output[out] = best * dropoutFactor(out);
    if (PICKS) {
      picks[out] = place;
    }
  } else {
    let mean = sum / f32((window.z - window.x) * (window.w - window.y));
    output[out] = mean * dropoutFactor(out);
  }
}
