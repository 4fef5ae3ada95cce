// dwb [I, O] = x^T [I, B] dz [B, O]: real times real, the one product of the three that keeps its
// multiplications. M = I, N = O, K = B.
@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

const A_ALONG_K = false;
const B_ALONG_K = false;

fn loadA(i: u32, b: u32) -> f32 {
  return x[b * M + i];
}

fn loadB(b: u32, o: u32) -> f32 {
  return dz[b * N + o];
}

fn store(i: u32, o: u32, value: f32) {
  dwb[i * N + o] = value;
}
