// What the products of weights that drop out share (DropConnect): each example b sees weights of its own,
// those whose bit is 1 in masks [B, I, ceil(O / 32)]; SCALE times signs, or real weights, propagate.
override B: u32;
override I: u32;
override O: u32;
override SCALE: f32;
override BITS: bool;
const TWO_FOURS = array<vec4<u32>, 2>(vec4<u32>(1u, 2u, 4u, 8u), vec4<u32>(16u, 32u, 64u, 128u));

fn words() -> u32 {
  return (O + 31u) / 32u;
}

// The eight bits of example b and row i from column o on, a multiple of eight.
fn maskOf(b: u32, i: u32, o: u32) -> u32 {
  return masks[(min(b, B - 1u) * I + min(i, I - 1u)) * words() + o / 32u] >> (o & 31u);
}

// Those of four values whose bit of four is set.
fn kept(values: vec4<f32>, bits: u32, four: u32) -> vec4<f32> {
  return select(vec4<f32>(), values, (vec4<u32>(bits) & TWO_FOURS[four]) != vec4<u32>());
}
