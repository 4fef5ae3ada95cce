// wBits from stored w [I, O], for the step about to be taken: one word of 32 weights an invocation.
// Before the first step and after a change of mode; later steps binarise in update.wgsl.
override I: u32;
override O: u32;
override WORDS: u32;  // ceil(O / 32)

@group(1) @binding(0) var<storage, read> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> wBits: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let word = id.x;
  if (word >= I * WORDS) {
    return;
  }
  let i = word / WORDS;
  let o = (word % WORDS) * 32u;
  let valid = min(32u, O - o);
  var bits = 0u;
  for (var j = 0u; j < valid; j += 4u) {
    let first = i * O + o + j;
    let last = i * O + o + valid - 1u;
    let four = vec4<f32>(
      w[first],
      w[min(first + 1u, last)],
      w[min(first + 2u, last)],
      w[min(first + 3u, last)]
    );
    bits |= binariseFour(four, word * 32u + j, now.step) << j;
  }
  if (valid < 32u) {
    bits &= (1u << valid) - 1u;
  }
  wBits[word] = bits;
}
