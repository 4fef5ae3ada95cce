// Loss and misclassified examples of a batch of outputs a [B, C], and the gradient at a.
// One workgroup: each invocation takes every 64th example, sums are added in a fixed order.
override B: u32;
override C: u32;
override LOSS: u32;      // 0 squared hinge, mean over batch and classes; 1 squared hinge, summed over
                         // classes, mean over batch; 2 softmax cross-entropy, mean over batch
override TRAINING: bool; // write the gradient; else add up sums, not means, for an evaluation
override METRICS: u32;   // words of a metrics row

@group(1) @binding(0) var<storage, read> a: array<f32>;
@group(1) @binding(1) var<storage, read> y: array<u32>;
@group(1) @binding(2) var<storage, read_write> g: array<f32>;
@group(1) @binding(3) var<storage, read_write> metrics: array<u32>;

var<workgroup> losses: array<f32, 64>;
var<workgroup> wrong: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var mistakes = 0u;
  let share = select(1.0, 1.0 / f32(C), LOSS == 0u);
  for (var b = lane; b < now.count; b += 64u) {
    let row = b * C;
    let label = y[b];
    var best = 0u;
    var highest = a[row];
    for (var c = 1u; c < C; c++) {
      if (a[row + c] > highest) {
        highest = a[row + c];
        best = c;
      }
    }
    mistakes += u32(best != label);
    if (LOSS == 2u) {
      var sum = 0.0;
      for (var c = 0u; c < C; c++) {
        sum += exp(a[row + c] - highest);
      }
      loss += log(sum) + highest - a[row + label];
      if (TRAINING) {
        for (var c = 0u; c < C; c++) {
          let p = exp(a[row + c] - highest) / sum;
          g[row + c] = (p - select(0.0, 1.0, c == label)) / f32(B);
        }
      }
    } else {
      for (var c = 0u; c < C; c++) {
        let t = select(-1.0, 1.0, c == label);
        // Not max(): on many adapters it takes 0 for what is not a number, and hides a dead run.
        let short = 1.0 - t * a[row + c];
        let margin = select(short, 0.0, short <= 0.0);
        loss += share * margin * margin;
        if (TRAINING) {
          g[row + c] = -2.0 * t * margin * share / f32(B);
        }
      }
    }
  }
  losses[lane] = loss;
  wrong[lane] = mistakes;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    var count = 0u;
    for (var i = 0u; i < 64u; i++) {
      total += losses[i];
      count += wrong[i];
    }
    let row = now.slot * METRICS;
    metrics[row] = bitcast<u32>(select(total, total / f32(B), TRAINING));
    metrics[row + 1u] = count;
  }
}
