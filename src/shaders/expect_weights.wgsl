// Expectation BackPropagation, weights: h <- h + dh / 2 where LEARNS, and what the next step propagates:
// means tanh h, their spreads, and the signs of h. One word of 32 weights an invocation.
override I: u32;
override O: u32;
override WORDS: u32;       // ceil(O / 32)
override INPUT: bool;      // the layer that reads the data
override LEARNS: bool;     // else only what follows from h
override METRICS: u32;     // words of a metrics row
override SIGN_FLIPS: u32;  // where in the row this layer counts signs of h that changed

@group(1) @binding(0) var<storage, read> dh: array<f32>;
@group(1) @binding(1) var<storage, read_write> h: array<f32>;
@group(1) @binding(2) var<storage, read_write> means: array<f32>;
@group(1) @binding(3) var<storage, read_write> spreads: array<f32>;  // 1 - tanh^2 h where INPUT, else tanh^2 h
@group(1) @binding(4) var<storage, read_write> wBits: array<u32>;
@group(1) @binding(5) var<storage, read_write> metrics: array<atomic<u32>>;

// tanh h and 1 - tanh^2 h, each to a few times 1e-7 of itself. (The built-in may overflow, and is
// allowed a hundred times as much.)
fn moments(h: f32) -> vec2<f32> {
  let a = abs(h);
  let decay = exp(-2.0 * a);
  let sum = 1.0 + decay;
  let s = h * h;
  let near = h * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 + s * (-17.0 / 315.0 + s * 62.0 / 2835.0))));
  let far = (1.0 - decay) / sum;
  let mean = select(select(far, -far, h < 0.0), near, a < 0.25);
  return vec2<f32>(mean, 4.0 * decay / (sum * sum));
}

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
  for (var j = 0u; j < valid; j++) {
    let e = first + j;
    let before = h[e];
    var after = before;
    if (LEARNS) {
      after = before + 0.5 * dh[e];
      h[e] = after;
      flips += u32(isPositive(before) != isPositive(after));
    }
    let m = moments(after);
    means[e] = m.x;
    spreads[e] = select(m.x * m.x, m.y, INPUT);
    bits |= u32(isPositive(after)) << j;
  }
  wBits[word] = bits;
  if (flips > 0u) {
    atomicAdd(&metrics[now.slot * METRICS + SIGN_FLIPS], flips);
  }
}
