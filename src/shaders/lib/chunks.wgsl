// The rows of a [B, O] matrix in CHUNKS runs of consecutive rows: maps have many more rows than a
// workgroup should walk. B counts rows: examples times the places of a map.
override B: u32;
override O: u32;
override CHUNKS: u32;
override NORM: u32;   // 0 none: a bias only; 1 s = sqrt(var + epsilon); 2 s = sqrt(var) + epsilon
override RELU: bool;
const NORM_EPSILON = 1e-4;

fn chunkStart(chunk: u32) -> u32 {
  return chunk * (B / CHUNKS) + min(chunk, B % CHUNKS);
}

fn inverseOf(variance: f32) -> f32 {
  if (NORM == 1u) {
    return 1.0 / sqrt(variance + NORM_EPSILON);
  }
  return 1.0 / (sqrt(variance) + NORM_EPSILON);
}
