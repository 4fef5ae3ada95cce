// What the matrix-vector kernels share (matvec_tile.wgsl, matvec_quad.wgsl): one example x [I] times
// the weights that propagate. A workgroup computes 64 outputs, which are two words of sign bits.
override I: u32;
override O: u32;
override SCALE: f32;
override BITS: bool;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read_write> z: array<f32>;

// The column itself, or the last one for columns past it; store() drops those.
fn inside(columns: vec4<u32>) -> vec4<u32> {
  return min(columns, vec4<u32>(O - 1u));
}

// x times four signs: + where the bit of `masks` is set in the word. A comparison, not a shift to the
// sign place: twice as fast on SwiftShader.
fn signed(word: u32, masks: vec4<u32>, x: f32) -> vec4<f32> {
  return select(vec4<f32>(-x), vec4<f32>(x), (vec4<u32>(word) & masks) != vec4<u32>());
}

// x times four stored weights of the row that starts at `row`.
fn weighted(row: u32, columns: vec4<u32>, x: f32) -> vec4<f32> {
  return x * vec4<f32>(w[row + columns.x], w[row + columns.y], w[row + columns.z], w[row + columns.w]);
}

fn store(o: u32, sum: f32) {
  if (o < O) {
    z[o] = SCALE * sum;
  }
}
