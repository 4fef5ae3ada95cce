// dwb [I, O] = the transposed windows of x times dz [B * OUT_HEIGHT * OUT_WIDTH, O], real by real. All
// pixels of all examples make a long sum for few results, so it is cut into slices: [SLICES, I, O].
// M = I = KERNEL * KERNEL * CHANNELS, N = O, K = output pixels of a slice.
override PIXELS: u32;  // of all slices

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

const A_ALONG_K = false;
const B_ALONG_K = false;

fn loadA(i: u32, k: u32) -> f32 {
  let p = slice * K + k;
  if (p >= PIXELS) {
    return 0.0;
  }
  let tap = i / CHANNELS;
  return x[pixelOfWindow(p, tap / KERNEL, tap % KERNEL) + i % CHANNELS];
}

fn loadB(k: u32, o: u32) -> f32 {
  let p = slice * K + k;
  if (p >= PIXELS) {
    return 0.0;
  }
  return dz[p * N + o];
}

fn store(i: u32, o: u32, value: f32) {
  dwb[(slice * M + i) * N + o] = value;
}
