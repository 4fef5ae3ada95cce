// pool_backward.wgsl where windows neither overlap nor leave anything out: each window writes all the
// places under it, and no place has to look for its windows.
@group(1) @binding(0) var<storage, read> gradient: array<f32>;
@group(1) @binding(1) var<storage, read> picks: array<u32>;
@group(1) @binding(2) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= OUT_HEIGHT * OUT_WIDTH * CHANNELS) {
    return;
  }
  let channel = id.x % CHANNELS;
  let ox = (id.x / CHANNELS) % OUT_WIDTH;
  let oy = id.x / (CHANNELS * OUT_WIDTH);
  let out = id.y * OUT_HEIGHT * OUT_WIDTH * CHANNELS + id.x;
  let base = id.y * HEIGHT * WIDTH * CHANNELS + channel;
  var share = gradient[out] * dropoutFactor(out);
  var pick = 0u;
  if (MAXIMUM) {
    pick = picks[out];
  } else {
    share /= f32(WINDOW_HEIGHT * WINDOW_WIDTH);
  }
  for (var y = oy * STRIDE; y < oy * STRIDE + WINDOW_HEIGHT; y++) {
    for (var x = ox * STRIDE; x < ox * STRIDE + WINDOW_WIDTH; x++) {
      let place = y * WIDTH + x;
      result[base + place * CHANNELS] = select(share, 0.0, MAXIMUM && pick != place);
    }
  }
}
