// C [M, N] = SCALE * A [M, K] B [K, N] in workgroup tiles, for GPUs: a workgroup computes TILE x TILE
// outputs, an invocation 4 x 4 of them in registers, from slabs of 16 k in workgroup memory. The
// kernel it is joined to says where an element of A and B comes from (loadA, loadB), whether those
// neighbouring in memory are neighbours in k (A_ALONG_K, B_ALONG_K), and where one of C goes (store);
// lib/slab_f32.wgsl or lib/slab_f16.wgsl says as what the slabs keep A and B.
override TILE: u32;     // 32 or 64
override THREADS: u32;  // (TILE / 4)^2: 64 or 256
override M: u32;
override N: u32;
override K: u32;
override SCALE: f32;
// A long K may be cut into slices, each with a C of its own; loads and stores then read `slice`.
override SLICES: u32 = 1u;

var<private> slice: u32;

const SLAB = 16u;

// [SLAB, FOURS + 1]: a row of a slab in vec4s, one more so that rows lie off the bank stride. A lies
// transposed, four rows of M in a vec4.
var<workgroup> slabA: array<Slab, SLAB * (TILE / 4u + 1u)>;
var<workgroup> slabB: array<Slab, SLAB * (TILE / 4u + 1u)>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  // More rows of tiles than a grid has rows lie side by side, each as wide as C.
  let across = (N + TILE - 1u) / TILE;
  let rowTile = group.x / across * grid.y + group.y;
  let down = (M + TILE - 1u) / TILE;
  let row0 = rowTile % down * TILE;
  if (rowTile / down >= SLICES) {
    return;
  }
  slice = rowTile / down;
  let column0 = group.x % across * TILE;
  let fours = TILE / 4u;
  let ty = lane / fours;
  let tx = lane % fours;
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  for (var k0 = 0u; k0 < K; k0 += SLAB) {
    // SLAB * fours vec4s of each slab. Neighbouring invocations read what lies side by side in
    // memory: along k, or along rows of A and columns of B. Out of range reads as zero.
    for (var item = lane; item < SLAB * fours; item += THREADS) {
      let ka = select(item / fours, item % SLAB, A_ALONG_K);
      let rowA = select(item % fours, item / SLAB, A_ALONG_K) * 4u;
      var va = vec4<f32>();
      for (var q = 0u; q < 4u; q++) {
        if (k0 + ka < K && row0 + rowA + q < M) {
          va[q] = loadA(row0 + rowA + q, k0 + ka);
        }
      }
      slabA[ka * (fours + 1u) + rowA / 4u] = toSlab(va);
      let kb = select(item / fours, item % SLAB, B_ALONG_K);
      let columnB = select(item % fours, item / SLAB, B_ALONG_K) * 4u;
      var vb = vec4<f32>();
      for (var q = 0u; q < 4u; q++) {
        if (k0 + kb < K && column0 + columnB + q < N) {
          vb[q] = loadB(k0 + kb, column0 + columnB + q);
        }
      }
      slabB[kb * (fours + 1u) + columnB / 4u] = Slab(vb);
    }
    workgroupBarrier();
    for (var kk = 0u; kk < SLAB; kk++) {
      let va = vec4<f32>(slabA[kk * (fours + 1u) + ty]);
      let vb = vec4<f32>(slabB[kk * (fours + 1u) + tx]);
      acc0 += va.x * vb;
      acc1 += va.y * vb;
      acc2 += va.z * vb;
      acc3 += va.w * vb;
    }
    workgroupBarrier();
  }
  let row = row0 + ty * 4u;
  let column = column0 + tx * 4u;
  let scale = SCALE / RANGE;
  for (var q = 0u; q < 4u; q++) {
    if (column + q < N) {
      if (row < M) { store(row, column + q, scale * acc0[q]); }
      if (row + 1u < M) { store(row + 1u, column + q, scale * acc1[q]); }
      if (row + 2u < M) { store(row + 2u, column + q, scale * acc2[q]); }
      if (row + 3u < M) { store(row + 3u, column + q, scale * acc3[q]); }
    }
  }
}
