// x [B, I] and labels y [B] of a minibatch, from the bytes of the examples:
// x[b, j] = byte / 255 - mean[j], times input dropout's factor.
// The examples lie in shards below the binding limit; this kernel runs once a shard and fills the
// rows whose example lies in it. Positions past the end repeat the last example; they do not count.
override I: u32;
override B: u32;
override N: u32;         // examples in the whole split
override FIRST: u32;     // first example of this shard
override COUNT: u32;     // examples in this shard
override SHUFFLED: bool; // positions go through `order`
override METRICS: u32;   // words of a metrics row to clear first; 0 leaves them

@group(1) @binding(0) var<storage, read> images: array<u32>;
@group(1) @binding(1) var<storage, read> labels: array<u32>;
@group(1) @binding(2) var<storage, read> mean: array<f32>;
@group(1) @binding(3) var<storage, read> order: array<u32>;
@group(1) @binding(4) var<storage, read_write> x: array<f32>;
@group(1) @binding(5) var<storage, read_write> y: array<u32>;
@group(1) @binding(6) var<storage, read_write> metrics: array<u32>;

// Four neighbouring inputs an invocation: where I divides by four they are one word.
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
  let byte = (example - FIRST) * I + j;
  var word = images[byte >> 2u];
  for (var q = 0u; q < min(4u, I - j); q++) {
    let at = byte + q;
    if (q > 0u && (at & 3u) == 0u) {
      word = images[at >> 2u];
    }
    let value = (word >> ((at & 3u) * 8u)) & 0xffu;
    let e = b * I + j + q;
    x[e] = (f32(value) * (1.0 / 255.0) - mean[j + q]) * dropoutFactor(e);
  }
  if (j == 0u) {
    y[b] = labels[example];
  }
}
