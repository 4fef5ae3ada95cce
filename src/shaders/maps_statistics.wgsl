// Mean, and sum of squared deviations from it, of each column of z [B, O] over each chunk of rows:
// partials [CHUNKS, 2, O]. maps_normalise.wgsl puts them together.
@group(1) @binding(0) var<storage, read> z: array<f32>;
@group(1) @binding(1) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(COLUMNS, ROWS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let column = group.x * COLUMNS + local.x;
  let o = min(column, O - 1u);
  let first = chunkStart(group.y);
  let end = chunkStart(group.y + 1u);
  var sum = 0.0;
  for (var b = first + local.y; b < end; b += ROWS) {
    sum += z[b * O + o];
  }
  let mean = sumOverRows(vec2<f32>(sum, 0.0), local.x, local.y).x / f32(end - first);
  // A second pass about the mean loses nothing to cancellation.
  var squares = 0.0;
  for (var b = first + local.y; b < end; b += ROWS) {
    let d = z[b * O + o] - mean;
    squares += d * d;
  }
  squares = sumOverRows(vec2<f32>(squares, 0.0), local.x, local.y).x;
  if (local.y == 0u && column < O) {
    partials[group.y * 2u * O + o] = mean;
    partials[group.y * 2u * O + O + o] = squares;
  }
}
