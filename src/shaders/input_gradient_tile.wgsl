// dx [B, I] = H * dz [B, O] sign(w)^T [O, I], reading the same sign bits as the forward pass; or
// dz w^T where BITS is off. M = B, N = I, K = O.
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> dz: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> dx: array<f32>;

const A_ALONG_K = true;
const B_ALONG_K = true;

fn loadA(b: u32, o: u32) -> f32 {
  return dz[b * K + o];
}

fn loadB(o: u32, i: u32) -> f32 {
  if (BITS) {
    return signOf(wBits[i * WORDS + (o >> 5u)], o & 31u);
  }
  return w[i * K + o];
}

fn store(b: u32, i: u32, value: f32) {
  dx[b * N + i] = value;
}
