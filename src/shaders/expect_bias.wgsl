// bias <- bias + half the sum over the minibatch of errors [B, O]: a bias an invocation, in a fixed order.
override B: u32;
override O: u32;

@group(1) @binding(0) var<storage, read> errors: array<f32>;
@group(1) @binding(1) var<storage, read_write> affine: array<f32>;  // [6, O]: the bias is the second row

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let o = id.x;
  if (o >= O) {
    return;
  }
  var sum = 0.0;
  for (var b = 0u; b < B; b++) {
    sum += errors[b * O + o];
  }
  affine[O + o] += 0.5 * sum;
}
