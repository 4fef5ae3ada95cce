// dx [B, I] = SCALE * dz [B, O] (mask * weights [I, O])^T, by the weights that each example saw: four examples
// and four rows of weights an invocation.
@group(1) @binding(0) var<storage, read> dz: array<f32>;
@group(1) @binding(1) var<storage, read> w: array<f32>;
@group(1) @binding(2) var<storage, read> wBits: array<u32>;
@group(1) @binding(3) var<storage, read> masks: array<u32>;
@group(1) @binding(4) var<storage, read_write> dx: array<f32>;

// Words of bits of four rows.
fn fourWords(base: u32, rows: vec4<u32>, word: u32) -> vec4<u32> {
  let at = (vec4<u32>(base) + rows) * words() + word;
  return vec4<u32>(masks[at.x], masks[at.y], masks[at.z], masks[at.w]);
}

fn store(b: u32, i: u32, sums: vec4<f32>) {
  for (var q = 0u; q < 4u; q++) {
    if (b < B && i + q < I) {
      dx[b * I + i + q] = SCALE * sums[q];
    }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let fours = (I + 3u) / 4u;
  let b = id.x / fours * 4u;
  let i = id.x % fours * 4u;
  if (b >= B) {
    return;
  }
  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  let b1 = min(b + 1u, B - 1u);
  let b2 = min(b + 2u, B - 1u);
  let b3 = min(b + 3u, B - 1u);
  let rows = min(vec4<u32>(i, i + 1u, i + 2u, i + 3u), vec4<u32>(I - 1u));
  for (var word = 0u; word < words(); word++) {
    let m0 = fourWords(b * I, rows, word);
    let m1 = fourWords(b1 * I, rows, word);
    let m2 = fourWords(b2 * I, rows, word);
    let m3 = fourWords(b3 * I, rows, word);
    var bits = vec4<u32>();
    if (BITS) {
      let at = rows * words() + word;
      bits = vec4<u32>(wBits[at.x], wBits[at.y], wBits[at.z], wBits[at.w]);
    }
    for (var j = 0u; j < min(32u, O - word * 32u); j++) {
      let o = word * 32u + j;
      let bit = vec4<u32>(1u << j);
      var four = select(vec4<f32>(-1.0), vec4<f32>(1.0), (bits & bit) != vec4<u32>());
      if (!BITS) {
        let at = rows * O + o;
        four = vec4<f32>(w[at.x], w[at.y], w[at.z], w[at.w]);
      }
      sum0 += dz[b * O + o] * select(vec4<f32>(), four, (m0 & bit) != vec4<u32>());
      sum1 += dz[b1 * O + o] * select(vec4<f32>(), four, (m1 & bit) != vec4<u32>());
      sum2 += dz[b2 * O + o] * select(vec4<f32>(), four, (m2 & bit) != vec4<u32>());
      sum3 += dz[b3 * O + o] * select(vec4<f32>(), four, (m3 & bit) != vec4<u32>());
    }
  }
  store(b, i, sum0);
  store(b + 1u, i, sum1);
  store(b + 2u, i, sum2);
  store(b + 3u, i, sum3);
}
