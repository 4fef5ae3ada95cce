// What the kernels of convolutional layers share: geometry, and where a window's pixels lie. Maps are
// [B, height, width, channels]; a window's numbers are ordered by its row, column and channel.
override HEIGHT: u32;    // of the map a layer reads
override WIDTH: u32;
override CHANNELS: u32;
override OUT_HEIGHT: u32;  // of the map its product makes
override OUT_WIDTH: u32;
override OUTPUTS: u32;   // channels of that map
override KERNEL: u32;
override STRIDE: u32;
override PADDING: u32;
override ZERO: u32;      // where the map that windows are laid on has a pixel of zeros behind it

// First channel of pixel (ky, kx) of the window of output pixel p = (b * OUT_HEIGHT + row) * OUT_WIDTH
// + column, in x; the zeros where it hangs over the edge.
fn pixelOfWindow(p: u32, ky: u32, kx: u32) -> u32 {
  let column = p % OUT_WIDTH;
  let line = p / OUT_WIDTH;
  // Left of or above the map the difference wraps to a large number.
  let y = (line % OUT_HEIGHT) * STRIDE + ky - PADDING;
  let x = column * STRIDE + kx - PADDING;
  let inside = ((line / OUT_HEIGHT * HEIGHT + y) * WIDTH + x) * CHANNELS;
  return select(ZERO, inside, y < HEIGHT && x < WIDTH);
}

// First channel, in dz, of the output pixel in whose window input pixel p is pixel (ky, kx); the zeros
// where there is none.
fn pixelOfGradient(p: u32, ky: u32, kx: u32) -> u32 {
  let column = p % WIDTH;
  let line = p / WIDTH;
  let y = line % HEIGHT + PADDING - ky;
  let x = column + PADDING - kx;
  let row = y / STRIDE;
  let at = x / STRIDE;
  let inside = ((line / HEIGHT * OUT_HEIGHT + row) * OUT_WIDTH + at) * OUTPUTS;
  let hit = row < OUT_HEIGHT && at < OUT_WIDTH && row * STRIDE == y && at * STRIDE == x;
  return select(ZERO, inside, hit);
}
