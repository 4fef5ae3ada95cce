// z [B * OUT_HEIGHT * OUT_WIDTH, O] = H * the windows of x times sign(w) [I, O], reading sign bits; or
// times w where BITS is off. The matrix of windows is never made: loadA finds its numbers in x.
// M = output pixels of all examples, N = O, K = I = KERNEL * KERNEL * CHANNELS.
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> z: array<f32>;

const A_ALONG_K = true;
const B_ALONG_K = false;

fn loadA(p: u32, i: u32) -> f32 {
  let tap = i / CHANNELS;
  return x[pixelOfWindow(p, tap / KERNEL, tap % KERNEL) + i % CHANNELS];
}

fn loadB(i: u32, o: u32) -> f32 {
  if (BITS) {
    return signOf(wBits[i * WORDS + (o >> 5u)], o & 31u);
  }
  return w[i * N + o];
}

fn store(p: u32, o: u32, value: f32) {
  z[p * N + o] = value;
}
