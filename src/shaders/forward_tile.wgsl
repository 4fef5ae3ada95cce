// z [B, O] = H * x [B, I] sign(w) [I, O], reading sign bits; or x w where BITS is off. M = B, N = O, K = I.
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> z: array<f32>;

const A_ALONG_K = true;
const B_ALONG_K = false;

fn loadA(b: u32, i: u32) -> f32 {
  return x[b * K + i];
}

fn loadB(i: u32, o: u32) -> f32 {
  if (BITS) {
    return signOf(wBits[i * WORDS + (o >> 5u)], o & 31u);
  }
  return w[i * N + o];
}

fn store(b: u32, o: u32, value: f32) {
  z[b * N + o] = value;
}
