// The numbers of slabs in workgroup memory (lib/matmul_tile.wgsl) as half floats, for binary weights:
// +1, -1 and 0 are exact, numbers of A keep 11 bits; sums stay float32. Half the memory, and half
// the traffic to it.
override RANGE: f32;  // a power of two that numbers of A are kept times, so that small ones lose nothing

alias Slab = vec4<f16>;

// Beyond the largest half float that one stands. What is not a number stays so, and is seen in the loss.
fn toSlab(a: vec4<f32>) -> Slab {
  let kept = RANGE * a;
  return Slab(select(kept, sign(kept) * 65504.0, abs(kept) > vec4<f32>(65504.0)));
}
