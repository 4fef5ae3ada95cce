// Max-norm, after the update: each column of w [I, O] (a filter) that is longer than LONGEST is scaled
// back to it. What update.wgsl leaves out for it follows: the bits for the next step, and which of
// them are not what they were. A workgroup has the 32 columns of a word.
override I: u32;
override O: u32;
override WORDS: u32;    // ceil(O / 32)
override LONGEST: f32;
override METRICS: u32;  // words of a metrics row
override SAMPLE_FLIPS: u32;

@group(1) @binding(0) var<storage, read_write> w: array<f32>;
@group(1) @binding(1) var<storage, read_write> wBits: array<u32>;
@group(1) @binding(2) var<storage, read_write> metrics: array<atomic<u32>>;

const LANES = 128u;
var<workgroup> squares: array<f32, LANES>;
var<workgroup> factors: array<f32, 32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let o = group.x * 32u;
  let valid = min(32u, O - o);

  // The lengths: a quarter of a column an invocation.
  let column = lane % 32u;
  var sum = 0.0;
  if (column < valid) {
    for (var i = lane / 32u; i < I; i += LANES / 32u) {
      let value = w[i * O + o + column];
      sum += value * value;
    }
  }
  squares[lane] = sum;
  workgroupBarrier();
  if (lane < 32u) {
    var total = 0.0;
    for (var k = lane; k < LANES; k += 32u) {
      total += squares[k];
    }
    let length = sqrt(total);
    factors[lane] = select(1.0, LONGEST / length, length > LONGEST);
  }
  workgroupBarrier();

  // Then a word an invocation.
  var differing = 0u;
  for (var i = lane; i < I; i += LANES) {
    let word = i * WORDS + group.x;
    let first = i * O + o;
    var bits = 0u;
    for (var j = 0u; j < valid; j += 4u) {
      var four = vec4<f32>();
      for (var q = 0u; q < 4u; q++) {
        if (j + q < valid) {
          let value = w[first + j + q] * factors[j + q];
          w[first + j + q] = value;
          four[q] = value;
        }
      }
      bits |= binariseFour(four, word * 32u + j, now.step + 1u) << j;
    }
    if (valid < 32u) {
      bits &= (1u << valid) - 1u;
    }
    differing += countOneBits(bits ^ wBits[word]);
    wBits[word] = bits;
  }
  if (STOCHASTIC && differing > 0u) {
    atomicAdd(&metrics[now.slot * METRICS + SAMPLE_FLIPS], differing);
  }
}
