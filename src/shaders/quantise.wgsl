// a [COUNT], none negative, to the nearest of the levels 0, step, 2 step, ... TOP step, in place.
override COUNT: u32;
override TOP: f32;

@group(1) @binding(0) var<storage, read> steps: array<f32>;  // Delta of the weights, step, 1 / step (0 where step is)
@group(1) @binding(1) var<storage, read_write> a: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  let step = steps[1];
  let inverse = steps[2];
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    let level = floor(a[e] * inverse + 0.5);
    // Not min(): what is not a number must stay so, and be seen in the loss.
    a[e] = step * select(level, TOP, level > TOP);
  }
}
