// The mean so far of what the members of an ensemble make of a batch: outputs a [B, C] are added to
// their examples' sums [N, C], and the mean goes to `mean` [B, C] to be scored. Where the loss is
// cross-entropy, probabilities softmax(a) are averaged, and the mean's logarithms written: their
// softmax is that mean. `now.step` counts the members before this one.
override C: u32;
override FIRST: u32;           // first example of the split in `sums`
override PROBABILITIES: bool;
override LEAST: f32;           // taken for a probability of zero

@group(1) @binding(0) var<storage, read> a: array<f32>;
@group(1) @binding(1) var<storage, read_write> sums: array<f32>;
@group(1) @binding(2) var<storage, read_write> mean: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let b = id.x;
  if (b >= now.count) {
    return;
  }
  let row = b * C;
  var highest = a[row];
  var total = 0.0;
  if (PROBABILITIES) {
    for (var c = 1u; c < C; c++) {
      highest = max(highest, a[row + c]);
    }
    for (var c = 0u; c < C; c++) {
      total += exp(a[row + c] - highest);
    }
  }
  for (var c = 0u; c < C; c++) {
    var value = a[row + c];
    if (PROBABILITIES) {
      value = exp(value - highest) / total;
    }
    let e = (FIRST + now.start + b) * C + c;
    if (now.step > 0u) {
      value += sums[e];
    }
    sums[e] = value;
    let m = value / f32(now.step + 1u);
    // Not max(), which would hide what is not a number.
    mean[row + c] = select(m, log(select(m, LEAST, m < LEAST)), PROBABILITIES);
  }
}
