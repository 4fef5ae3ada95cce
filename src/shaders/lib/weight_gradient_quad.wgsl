// What the weight gradients of four lanes share (weight_gradient_q16.wgsl, weight_gradient_q32.wgsl):
// operands, and where an output goes.
override M: u32;  // I
override N: u32;  // O
override K: u32;  // B
override SCALE: f32;

@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read_write> dwb: array<f32>;

fn store(i: u32, o: u32, value: vec4<f32>) {
  if (i >= M) {
    return;
  }
  let e = i * N + o;
  if (o < N) { dwb[e] = SCALE * value.x; }
  if (o + 4u < N) { dwb[e + 4u] = SCALE * value.y; }
  if (o + 8u < N) { dwb[e + 8u] = SCALE * value.z; }
  if (o + 12u < N) { dwb[e + 12u] = SCALE * value.w; }
}
