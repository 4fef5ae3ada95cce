// Backward of pool.wgsl: each place of the map adds up what the windows over it hand back, always in
// the same order, so that windows may overlap without a race.
@group(1) @binding(0) var<storage, read> gradient: array<f32>;
@group(1) @binding(1) var<storage, read> picks: array<u32>;
@group(1) @binding(2) var<storage, read_write> result: array<f32>;

// First window over row or column `at`.
fn firstWindow(at: u32, size: u32) -> u32 {
  return select(0u, (at - size) / STRIDE + 1u, at >= size);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= HEIGHT * WIDTH * CHANNELS) {
    return;
  }
  let channel = id.x % CHANNELS;
  let x = (id.x / CHANNELS) % WIDTH;
  let y = id.x / (CHANNELS * WIDTH);
  let base = id.y * OUT_HEIGHT * OUT_WIDTH * CHANNELS + channel;
  var sum = 0.0;
  for (var oy = firstWindow(y, WINDOW_HEIGHT); oy <= min(y / STRIDE, OUT_HEIGHT - 1u); oy++) {
    for (var ox = firstWindow(x, WINDOW_WIDTH); ox <= min(x / STRIDE, OUT_WIDTH - 1u); ox++) {
      let out = base + (oy * OUT_WIDTH + ox) * CHANNELS;
      if (MAXIMUM) {
        if (picks[out] == y * WIDTH + x) {
          sum += gradient[out] * dropoutFactor(out);
        }
      } else {
        let window = windowOf(oy, ox);
        let share = 1.0 / f32((window.z - window.x) * (window.w - window.y));
        sum += gradient[out] * dropoutFactor(out) * share;
      }
    }
  }
  result[id.y * HEIGHT * WIDTH * CHANNELS + id.x] = sum;
}
