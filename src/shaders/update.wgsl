// One training step of a layer's weights, all in one pass over them: optimiser, layer rate scale,
// clip to [-H, H], binarise for the next step, count flips. One word of 32 weights an invocation.
//   w <- clip(w + SCALE * step(dwb), -H, +H)    (BinaryConnect, algorithm 1)
override I: u32;
override O: u32;
override WORDS: u32;    // ceil(O / 32)
override SCALE: f32;    // layer rate scale
override DECAY: f32;    // weight decay: what of a weight its gradient gets
override CLIP: bool;
override H: f32;
override METRICS: u32;  // words of a metrics row
override SIGN_FLIPS: u32;    // where in the row this layer counts stored signs that changed
override SAMPLE_FLIPS: u32;  // and sampled weights that differ from the step before
override DERIVE: bool;  // derive the bits: false where max-norm comes between

@group(1) @binding(0) var<storage, read> dwb: array<f32>;
@group(1) @binding(1) var<storage, read_write> w: array<f32>;
@group(1) @binding(2) var<storage, read_write> moments: array<f32>;
@group(1) @binding(3) var<storage, read_write> wBits: array<u32>;
@group(1) @binding(4) var<storage, read_write> metrics: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let word = id.x;
  if (word >= I * WORDS) {
    return;
  }
  let o = (word % WORDS) * 32u;
  let first = (word / WORDS) * O + o;
  let valid = min(32u, O - o);
  var bits = 0u;
  var flips = 0u;
  for (var j = 0u; j < valid; j += 4u) {
    var four = vec4<f32>();
    for (var q = 0u; q < 4u; q++) {
      if (j + q < valid) {
        let e = first + j + q;
        let before = w[e];
        var m = 0.0;
        var v = 0.0;
        if (OPTIMIZER > 0u) {
          m = moments[e];
        }
        if (OPTIMIZER == 2u) {
          v = moments[I * O + e];
        }
        var gradient = dwb[e];
        if (DECAY > 0.0) {
          gradient += DECAY * before;
        }
        let moved = advance(gradient, m, v, now.rateW);
        if (OPTIMIZER > 0u) {
          moments[e] = moved.m;
        }
        if (OPTIMIZER == 2u) {
          moments[I * O + e] = moved.v;
        }
        var after = before + SCALE * moved.step;
        if (CLIP) {
          after = clamp(after, -H, H);
        }
        w[e] = after;
        four[q] = after;
        flips += u32(isPositive(before) != isPositive(after));
      }
    }
    if (DERIVE) {
      bits |= binariseFour(four, word * 32u + j, now.step + 1u) << j;
    }
  }
  if (valid < 32u) {
    bits &= (1u << valid) - 1u;
  }
  if (STOCHASTIC && DERIVE) {
    let differing = countOneBits(bits ^ wBits[word]);
    if (differing > 0u) {
      atomicAdd(&metrics[now.slot * METRICS + SAMPLE_FLIPS], differing);
    }
  }
  if (DERIVE) {
    wBits[word] = bits;
  }
  if (flips > 0u) {
    atomicAdd(&metrics[now.slot * METRICS + SIGN_FLIPS], flips);
  }
}
