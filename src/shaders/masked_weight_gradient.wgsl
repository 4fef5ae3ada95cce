// dwb [I, O] = the sum over examples of x^T dz, each only where it saw the weight: four rows and eight
// columns an invocation.
@group(1) @binding(0) var<storage, read> x: array<f32>;
@group(1) @binding(1) var<storage, read> dz: array<f32>;
@group(1) @binding(2) var<storage, read> masks: array<u32>;
@group(1) @binding(3) var<storage, read_write> dwb: array<f32>;

fn gradients(b: u32, o: u32) -> vec4<f32> {
  let row = b * O;
  let last = O - 1u;
  return vec4<f32>(
    dz[row + min(o, last)],
    dz[row + min(o + 1u, last)],
    dz[row + min(o + 2u, last)],
    dz[row + min(o + 3u, last)]
  );
}

fn store(i: u32, o: u32, sums: vec4<f32>) {
  for (var q = 0u; q < 4u; q++) {
    if (i < I && o + q < O) {
      dwb[i * O + o + q] = SCALE * sums[q];
    }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let eights = (O + 7u) / 8u;
  let i = id.x / eights * 4u;
  let o = id.x % eights * 8u;
  if (i >= I) {
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
  let i1 = min(i + 1u, I - 1u);
  let i2 = min(i + 2u, I - 1u);
  let i3 = min(i + 3u, I - 1u);
  for (var b = 0u; b < B; b++) {
    let low = gradients(b, o);
    let high = gradients(b, o + 4u);
    let m0 = maskOf(b, i, o);
    let m1 = maskOf(b, i1, o);
    let m2 = maskOf(b, i2, o);
    let m3 = maskOf(b, i3, o);
    let x0 = x[b * I + i];
    let x1 = x[b * I + i1];
    let x2 = x[b * I + i2];
    let x3 = x[b * I + i3];
    low0 += x0 * kept(low, m0, 0u);
    low1 += x1 * kept(low, m1, 0u);
    low2 += x2 * kept(low, m2, 0u);
    low3 += x3 * kept(low, m3, 0u);
    high0 += x0 * kept(high, m0, 1u);
    high1 += x1 * kept(high, m1, 1u);
    high2 += x2 * kept(high, m2, 1u);
    high3 += x3 * kept(high, m3, 1u);
  }
  store(i, o, low0);
  store(i + 1u, o, low1);
  store(i + 2u, o, low2);
  store(i + 3u, o, low3);
  store(i, o + 4u, high0);
  store(i + 1u, o + 4u, high1);
  store(i + 2u, o + 4u, high2);
  store(i + 3u, o + 4u, high3);
}
