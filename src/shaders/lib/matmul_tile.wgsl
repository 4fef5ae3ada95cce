// C [M, N] = SCALE * A [M, K] B [K, N] in workgroup tiles, for GPUs: a workgroup computes 32 x 32
// outputs, an invocation 4 x 4 of them in registers, from slabs of 16 k in workgroup memory. The
// kernel it is joined to says where an element of A and B comes from and where one of C goes.
override M: u32;
override N: u32;
override K: u32;
override SCALE: f32;

const TILE = 32u;
const SLAB = 16u;
const PITCH = 36u;  // a row of a slab, padded to whole vec4s off the bank stride

var<workgroup> slabA: array<vec4<f32>, 144>;  // [SLAB, PITCH / 4]: A transposed, rows of M in a vec4
var<workgroup> slabB: array<vec4<f32>, 144>;  // [SLAB, PITCH / 4]

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row0 = group.y * TILE;
  let column0 = group.x * TILE;
  let ty = lane / 8u;
  let tx = lane % 8u;
  var acc0 = vec4<f32>();
  var acc1 = vec4<f32>();
  var acc2 = vec4<f32>();
  var acc3 = vec4<f32>();
  for (var k0 = 0u; k0 < K; k0 += SLAB) {
    // 128 vec4s of each slab, two an invocation. Out of range reads as zero.
    for (var part = 0u; part < 2u; part++) {
      let item = lane + part * 64u;
      let kk = item % SLAB;
      let four = (item / SLAB) * 4u;
      let k = k0 + kk;
      var va = vec4<f32>();
      for (var q = 0u; q < 4u; q++) {
        if (k < K && row0 + four + q < M) {
          va[q] = loadA(row0 + four + q, k);
        }
      }
      slabA[kk * (PITCH / 4u) + four / 4u] = va;
    }
    for (var part = 0u; part < 2u; part++) {
      let item = lane + part * 64u;
      let kk = item / 8u;
      let four = (item % 8u) * 4u;
      let k = k0 + kk;
      var vb = vec4<f32>();
      for (var q = 0u; q < 4u; q++) {
        if (k < K && column0 + four + q < N) {
          vb[q] = loadB(k, column0 + four + q);
        }
      }
      slabB[kk * (PITCH / 4u) + four / 4u] = vb;
    }
    workgroupBarrier();
    for (var kk = 0u; kk < SLAB; kk++) {
      let va = slabA[kk * (PITCH / 4u) + ty];
      let vb = slabB[kk * (PITCH / 4u) + tx];
      acc0 += va.x * vb;
      acc1 += va.y * vb;
      acc2 += va.z * vb;
      acc3 += va.w * vb;
    }
    workgroupBarrier();
  }
  let row = row0 + ty * 4u;
  let column = column0 + tx * 4u;
  for (var q = 0u; q < 4u; q++) {
    if (column + q < N) {
      if (row < M) { store(row, column + q, SCALE * acc0[q]); }
      if (row + 1u < M) { store(row + 1u, column + q, SCALE * acc1[q]); }
      if (row + 2u < M) { store(row + 2u, column + q, SCALE * acc2[q]); }
      if (row + 3u < M) { store(row + 3u, column + q, SCALE * acc3[q]); }
    }
  }
}
