// The numbers of slabs in workgroup memory (lib/matmul_tile.wgsl), as they are.
alias Slab = vec4<f32>;
const RANGE = 1.0;

fn toSlab(a: vec4<f32>) -> Slab {
  return a;
}
