// One column of a [B, O] matrix an invocation of x; the ROWS invocations of y share its rows and
// add up in workgroup memory, always in the same order.
override COLUMNS: u32;  // columns a workgroup
override ROWS: u32;     // invocations a column

var<workgroup> partial: array<vec2<f32>, COLUMNS * ROWS>;

// Sum of `value` over the invocations of a column. Call it from uniform control flow.
fn sumOverRows(value: vec2<f32>, column: u32, row: u32) -> vec2<f32> {
  if (ROWS == 1u) {
    return value;
  }
  workgroupBarrier();
  partial[row * COLUMNS + column] = value;
  workgroupBarrier();
  var sum = vec2<f32>();
  for (var r = 0u; r < ROWS; r++) {
    sum += partial[r * COLUMNS + column];
  }
  return sum;
}
