// z [B, O] = SCALE * x [B, I] (mask * weights [I, O]): four examples and eight outputs an invocation.
@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read> masks: array<u32>;
@group(1) @binding(4) var<storage, read_write> z: array<f32>;

fn weightsFrom(i: u32, o: u32, bits: u32, four: u32) -> vec4<f32> {
  if (BITS) {
    return select(vec4<f32>(-1.0), vec4<f32>(1.0), (vec4<u32>(bits) & TWO_FOURS[four]) != vec4<u32>());
  }
  let first = i * O + o + four * 4u;
  let last = i * O + O - 1u;
  return vec4<f32>(w[min(first, last)], w[min(first + 1u, last)], w[min(first + 2u, last)], w[min(first + 3u, last)]);
}

fn store(b: u32, o: u32, sums: vec4<f32>) {
  for (var q = 0u; q < 4u; q++) {
    if (b < B && o + q < O) {
      z[b * O + o + q] = SCALE * sums[q];
    }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let eights = (O + 7u) / 8u;
  let b = id.x / eights * 4u;
  let o = id.x % eights * 8u;
  if (b >= B) {
    return;
  }
  var low0 = vec4<f32>();
  var low1 = vec4<f32>();
  var low2 = vec4<f32>();
  var low3 = vec4<f32>();
  var high0 = vec4<f32>();
  var high1 = vec4<f32>();
  var high2 = vec4<f32>();
  var high3 = vec4<f32>();
  let b1 = min(b + 1u, B - 1u);
  let b2 = min(b + 2u, B - 1u);
  let b3 = min(b + 3u, B - 1u);
  for (var i = 0u; i < I; i++) {
    var bits = 0u;
    if (BITS) {
      bits = wBits[i * words() + o / 32u] >> (o & 31u);
    }
    let low = weightsFrom(i, o, bits, 0u);
    let high = weightsFrom(i, o, bits, 1u);
    let m0 = maskOf(b, i, o);
    let m1 = maskOf(b1, i, o);
    let m2 = maskOf(b2, i, o);
    let m3 = maskOf(b3, i, o);
    let x0 = x[b * I + i];
    let x1 = x[b1 * I + i];
    let x2 = x[b2 * I + i];
    let x3 = x[b3 * I + i];
    low0 += x0 * kept(low, m0, 0u);
    low1 += x1 * kept(low, m1, 0u);
    low2 += x2 * kept(low, m2, 0u);
    low3 += x3 * kept(low, m3, 0u);
    high0 += x0 * kept(high, m0, 1u);
    high1 += x1 * kept(high, m1, 1u);
    high2 += x2 * kept(high, m2, 1u);
    high3 += x3 * kept(high, m3, 1u);
  }
  store(b, o, low0);
  store(b + 1u, o, low1);
  store(b + 2u, o, low2);
  store(b + 3u, o, low3);
  store(b, o + 4u, high0);
  store(b + 1u, o + 4u, high1);
  store(b + 2u, o + 4u, high2);
  store(b + 3u, o + 4u, high3);
}
