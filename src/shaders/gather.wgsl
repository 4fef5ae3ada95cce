// x [B, I] and labels y [B] of a minibatch, from the values of the examples:
// x[b, j] = value * VALUE_SCALE - offset[j], times input dropout's factor.
// The examples lie in shards below the binding limit; this kernel runs once a shard and fills the
// rows whose example lies in it. Positions past the end repeat the last example; they do not count.
override I: u32;
override B: u32;
override N: u32;         // examples in the whole split
override FIRST: u32;     // first example of this shard
override COUNT: u32;     // examples in this shard
override HALVES: bool;   // values are half floats, two a word; else bytes, four a word
override VALUE_SCALE: f32;
override SHUFFLED: bool; // positions go through `order`
override METRICS: u32;   // words of a metrics row to clear first; 0 leaves them

@group(1) @binding(0) var<storage, read> images: array<u32>;
@group(1) @binding(1) var<storage, read> labels: array<u32>;
@group(1) @binding(2) var<storage, read> offset: array<f32>;
@group(1) @binding(3) var<storage, read> order: array<u32>;
@group(1) @binding(4) var<storage, read_write> x: array<f32>;
@group(1) @binding(5) var<storage, read_write> y: array<u32>;
@group(1) @binding(6) var<storage, read_write> metrics: array<u32>;

// Value `at` of the word it lies in.
fn valueIn(word: u32, at: u32) -> f32 {
  if (HALVES) {
    return unpack2x16float(word)[at & 1u];
  }
  return f32((word >> ((at & 3u) * 8u)) & 0xffu);
}

fn wordOf(at: u32) -> u32 {
  return images[at >> select(2u, 1u, HALVES)];
}

// Four neighbouring inputs an invocation: of bytes, where I divides by four, they are one word.
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let j = id.x * 4u;
  let b = id.y;
  if (FIRST == 0u && b == 0u && id.x < METRICS) {
    metrics[now.slot * METRICS + id.x] = 0u;
  }
  let position = min(now.start + b, N - 1u);
  var example = position;
  if (SHUFFLED) {
    example = order[position];
  }
  if (j >= I || example < FIRST || example >= FIRST + COUNT) {
    return;
  }
  let first = (example - FIRST) * I;
  let crop = cropOf(example);
  let mask = select(3u, 1u, HALVES);
  var word = wordOf(first + j);
  for (var q = 0u; q < min(4u, I - j); q++) {
    let e = b * I + j + q;
    var value = 0.0;
    if (AUGMENTED) {
      let source = augmented(j + q, crop);
      if (source >= 0) {
        let at = first + u32(source);
        value = valueIn(wordOf(at), at) * VALUE_SCALE - offset[source];
      }
    } else {
      let at = first + j + q;
      if (q > 0u && (at & mask) == 0u) {
        word = wordOf(at);
      }
      value = valueIn(word, at) * VALUE_SCALE - offset[j + q];
    }
    x[e] = value * dropoutFactor(e);
  }
  if (j == 0u) {
    y[b] = labels[example];
  }
}
