// What changes from one training step to the next. A ring of these lies in one uniform buffer;
// each step of a submit reads its own by dynamic offset, so no step waits for the CPU.
struct Step {
  step: u32,       // training steps done before this one
  slot: u32,       // row of the metrics ring this step writes
  start: u32,      // first position of the minibatch in the order of examples
  count: u32,      // examples in the minibatch that count (a last batch of evaluation may be short)
  seed: u32,
  rateW: f32,      // learning rate of weights, bias correction of ADAM included
  rateP: f32,      // the same for gamma and beta
  momentum: f32,
  epoch: u32,      // epochs done before this step: augmentation is drawn anew for each
  fade: f32,       // what companions' rates are multiplied by
}

@group(0) @binding(0) var<uniform> now: Step;
