// dx [B * HEIGHT * WIDTH, CHANNELS]: every input pixel sums, over the windows it lies in, dz times the
// transpose of the weights that propagated: H sign(w) from bits, or w where BITS is off.
// M = input pixels of all examples, N = CHANNELS, K = KERNEL * KERNEL * OUTPUTS.
override BITS: bool;
override WORDS: u32;  // ceil(OUTPUTS / 32)

@group(1) @binding(0) var<storage, read> dz: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> dx: array<f32>;

const A_ALONG_K = true;
const B_ALONG_K = true;

fn loadA(p: u32, k: u32) -> f32 {
  let tap = k / OUTPUTS;
  return dz[pixelOfGradient(p, tap / KERNEL, tap % KERNEL) + k % OUTPUTS];
}

fn loadB(k: u32, channel: u32) -> f32 {
  let i = k / OUTPUTS * CHANNELS + channel;
  let o = k % OUTPUTS;
  if (BITS) {
    return signOf(wBits[i * WORDS + (o >> 5u)], o & 31u);
  }
  return w[i * OUTPUTS + o];
}

fn store(p: u32, channel: u32, value: f32) {
  dx[p * N + channel] = value;
}
