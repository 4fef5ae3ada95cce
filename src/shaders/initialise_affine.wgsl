// gamma = 1, beta = 0, and their moments to zero: affine [6, O] is gamma, beta, then the first and
// second moment of gamma, then of beta.
override O: u32;

@group(1) @binding(0) var<storage, read_write> affine: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < 6u * O) {
    affine[id.x] = select(0.0, 1.0, id.x < O);
  }
}
