// Pooling windows over maps [HEIGHT, WIDTH, CHANNELS]: WINDOW_HEIGHT x WINDOW_WIDTH, STRIDE apart
// from the top left corner. One that hangs over the edge counts only what is there.
override HEIGHT: u32;
override WIDTH: u32;
override CHANNELS: u32;
override OUT_HEIGHT: u32;
override OUT_WIDTH: u32;
override WINDOW_HEIGHT: u32;
override WINDOW_WIDTH: u32;
override STRIDE: u32;
override MAXIMUM: bool;  // else the mean

// Rows and columns of window (oy, ox): first row, first column, and the ones past the last.
fn windowOf(oy: u32, ox: u32) -> vec4<u32> {
  let y = oy * STRIDE;
  let x = ox * STRIDE;
  return vec4<u32>(y, x, min(y + WINDOW_HEIGHT, HEIGHT), min(x + WINDOW_WIDTH, WIDTH));
}
