// Expectation BackPropagation, forward: from the sums of a layer's products [B, O] to its units. A sum is
// taken for normal, of
//   mean = (w v + bias) / sqrt N,  N = I + 1
//   variance = (spread + 1) / N,   spread = x^2 (1 - tanh^2 h) in the first layer,
//                                  I - v^2 tanh^2 h in the others
// and a unit is its sign, of mean 2 Phi(mean / deviation) - 1.
override I: u32;
override O: u32;
override COUNT: u32;      // B * O
override INPUT: bool;     // the layer that reads the data
override LAST: bool;      // scores mean / deviation instead of units
override TRAINING: bool;  // the sums give way to what the way back multiplies by

@group(1) @binding(0) var<storage, read> spreads: array<f32>;
@group(1) @binding(1) var<storage, read> affine: array<f32>;  // [6, O]: the bias is the second row
@group(1) @binding(2) var<storage, read_write> sums: array<f32>;
@group(1) @binding(3) var<storage, read_write> units: array<f32>;
@group(1) @binding(4) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
  let n = f32(I) + 1.0;
  let root = sqrt(n);
  for (var e = id.x; e < COUNT; e += grid.x * 64u) {
    let mean = (sums[e] + affine[O + e % O]) / root;
    let spread = select(f32(I) - spreads[e], spreads[e], INPUT);
    let variance = (spread + 1.0) / n;
    let deviation = sqrt(variance);
    if (LAST) {
      units[e] = mean / deviation;
      if (TRAINING) {
        sums[e] = 2.0 / (root * deviation);
      }
    } else {
      let unit = erf(ROOT_HALF * mean / deviation);
      units[e] = unit;
      squares[e] = unit * unit;
      if (TRAINING) {
        sums[e] = 2.0 / root * densityAtZero(mean, variance);
      }
    }
  }
}
