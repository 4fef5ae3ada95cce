// dwb [I, O] = the transposed windows of x times dz [B * OUT_HEIGHT * OUT_WIDTH, O], real by real.
// M = I = KERNEL * KERNEL * CHANNELS, N = O, K = output pixels of all examples.
@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

const A_ALONG_K = false;
const B_ALONG_K = false;

fn loadA(i: u32, p: u32) -> f32 {
  let tap = i / CHANNELS;
  return x[pixelOfWindow(p, tap / KERNEL, tap % KERNEL) + i % CHANNELS];
}

fn loadB(p: u32, o: u32) -> f32 {
  return dz[p * N + o];
}

fn store(i: u32, o: u32, value: f32) {
  dwb[i * N + o] = value;
}
