// Augmentation, drawn anew for every example and epoch: a crop of the same size out of the image with
// PAD zeros around it, and half the time a mirror image. It comes after preprocessing, so that what
// lies outside is zero.
override PAD: u32;
override FLIP: bool;
override HEIGHT: u32;
override WIDTH: u32;
override CHANNELS: u32;
override AUGMENTED: bool;  // false: examples as they are, as in evaluation

struct Crop {
  dy: i32,
  dx: i32,
  mirrored: bool,
}

fn cropOf(example: u32) -> Crop {
  if (!AUGMENTED) {
    return Crop(0, 0, false);
  }
  let words = philox(example, now.epoch, now.seed, PURPOSE_AUGMENTATION);
  let places = 2u * PAD + 1u;
  return Crop(
    i32(((words.x >> 16u) * places) >> 16u) - i32(PAD),
    i32(((words.y >> 16u) * places) >> 16u) - i32(PAD),
    FLIP && (words.z >> 31u) == 1u
  );
}

// Which number of the image stands at place `at` of the augmented one; -1: a zero from outside.
fn augmented(at: u32, crop: Crop) -> i32 {
  let channel = at % CHANNELS;
  let column = (at / CHANNELS) % WIDTH;
  let row = at / (CHANNELS * WIDTH);
  let sy = i32(row) + crop.dy;
  let sx = select(i32(column), i32(WIDTH - 1u - column), crop.mirrored) + crop.dx;
  if (sy < 0 || sy >= i32(HEIGHT) || sx < 0 || sx >= i32(WIDTH)) {
    return -1;
  }
  return (sy * i32(WIDTH) + sx) * i32(CHANNELS) + i32(channel);
}
