// -sum over classes of log Phi(y score), y = +1 for an example's class and -1 for the others, and the
// misclassified examples of a batch of scores [B, C]; in training also the error that goes back: what is
// in `errors` times y n(score) / Phi(y score). One workgroup: each invocation takes every 64th example,
// sums are added in a fixed order.
override B: u32;
override C: u32;
override TRAINING: bool;  // mean loss and errors; else sums, for an evaluation
override METRICS: u32;    // words of a metrics row

@group(1) @binding(0) var<storage, read> scores: array<f32>;
@group(1) @binding(1) var<storage, read> y: array<u32>;
@group(1) @binding(2) var<storage, read_write> errors: array<f32>;
@group(1) @binding(3) var<storage, read_write> metrics: array<u32>;

var<workgroup> losses: array<f32, 64>;
var<workgroup> wrong: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var loss = 0.0;
  var mistakes = 0u;
  for (var b = lane; b < now.count; b += 64u) {
    let row = b * C;
    let label = y[b];
    var best = 0u;
    var highest = scores[row];
    for (var c = 0u; c < C; c++) {
      let score = scores[row + c];
      if (score > highest) {
        highest = score;
        best = c;
      }
      let t = select(-1.0, 1.0, c == label);
      loss += minusLogPhi(t * score);
      if (TRAINING) {
        errors[row + c] = errors[row + c] * t * normalOverPhi(t * score);
      }
    }
    mistakes += u32(best != label);
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
