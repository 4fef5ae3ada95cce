// wq [COUNT] = -Delta, 0 or +Delta of stored w: zero where |w| < Delta / 2.
override COUNT: u32;

@group(1) @binding(0) var<storage, read> w: array<f32>;
@group(1) @binding(1) var<storage, read> steps: array<f32>;  // Delta, and what quantise.wgsl reads
@group(1) @binding(2) var<storage, read_write> wq: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  let delta = steps[0];
  let half = 0.5 * delta;
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    let v = w[e];
    let magnitude = abs(v);
    // What is not a number is neither: it must stay so, and be seen in the loss.
    let reached = select(v, select(-delta, delta, v > 0.0), magnitude >= half);
    wq[e] = select(reached, 0.0, magnitude < half);
  }
}
