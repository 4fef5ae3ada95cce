/*
 * bc_predict: runs a network of one bit a weight (the format stands in docs/formats.md) on raw images.
 *
 *   cc -std=c99 -O2 -o bc_predict bc_predict.c
 *   ./bc_predict [--scores] [--skip BYTES] MODEL IMAGES
 *
 * IMAGES holds example after example, each height x width x channels bytes by row, column, channel (or,
 * where the model says that it takes numbers, as many little-endian float32), behind the first BYTES
 * bytes; "-" is standard input. A line an example: the number of its class and its name, or with
 * --scores the score of every class.
 *
 * Products with weights are additions and subtractions only; behind them each unit has one multiply-add.
 * Nothing is set aside on the word of the file: the model is read whole, and every number in it is
 * checked against a bound before it is used. C99, and nothing but its standard library.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a file may hold at most; the same as in packed-reader.ts. */
#define VERSION 1
#define MAX_FILE (1u << 26)
#define MAX_LAYERS 64u
#define MAX_SIDE 4096u
#define MAX_NUMBERS (1u << 24)
#define MAX_POOLS 4u
#define MAX_PIECES 16u
#define MAX_CLASSES 65536u
#define MAX_ADDITIONS ((uint64_t)1 << 36)

enum activation { NONE, RELU, SIGN };

struct maps {
  uint32_t height, width, channels;
};

struct pool {
  int average;
  uint32_t height, width, stride;
  struct maps from, to;
};

struct layer {
  struct maps from, to;
  uint32_t kernel_height, kernel_width, stride, padding, pieces;
  enum activation activation;
  uint32_t pools_before, pools_after;
  struct pool pools[2 * MAX_POOLS];
  /* Into the model's bytes: [columns] float32 each, and rows of whole bytes, a bit a column. */
  const unsigned char *scale, *shift, *bits;
};

struct model {
  unsigned char *bytes;
  size_t length, at;
  struct maps input;
  int takes_bytes;
  float input_scale;
  /* [inputs] float32, or NULL. */
  const unsigned char *offset;
  uint32_t classes, layer_count, text_length;
  const unsigned char *text;
  struct layer layers[MAX_LAYERS];
  /* Numbers of the largest thing that any layer reads or makes, and the widest layer's columns. */
  uint64_t numbers, columns;
  uint64_t additions;
};

static const char *subject = "bc_predict";

/* One sentence on stderr, and the end. */
static void refuse(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s ", subject);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, ".\n");
  va_end(arguments);
  exit(2);
}

static void *reserve(uint64_t count, size_t size) {
  void *memory = calloc(count == 0 ? 1 : (size_t)count, size);
  if (memory == NULL) refuse("needs more memory than there is");
  return memory;
}

static uint64_t size_of(struct maps maps) {
  return (uint64_t)maps.height * maps.width * maps.channels;
}

static uint32_t u32_at(const unsigned char *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static float f32_at(const unsigned char *bytes) {
  uint32_t bits = u32_at(bytes);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The next `count` bytes of the file. */
static const unsigned char *take(struct model *m, uint64_t count, const char *what) {
  size_t left = m->length - m->at;
  if (count > left) {
    refuse("is cut off: %s takes %llu bytes, and %llu are left", what, (unsigned long long)count,
           (unsigned long long)left);
  }
  const unsigned char *start = m->bytes + m->at;
  m->at += (size_t)count;
  return start;
}

/* A whole number from `least` to `most`. */
static uint32_t whole(struct model *m, const char *what, uint32_t least, uint32_t most) {
  uint32_t value = u32_at(take(m, 4, what));
  if (value < least || value > most) {
    refuse("says that %s is %lu; allowed are %lu to %lu", what, (unsigned long)value,
           (unsigned long)least, (unsigned long)most);
  }
  return value;
}

static const unsigned char *floats(struct model *m, uint64_t count, const char *what) {
  const unsigned char *start = take(m, 4 * count, what);
  for (uint64_t i = 0; i < count; i++) {
    /* All ones in the exponent: infinite, or not a number. */
    if ((u32_at(start + 4 * i) & 0x7f800000u) == 0x7f800000u) {
      refuse("has something that is no finite number among %s", what);
    }
  }
  return start;
}

/* Bytes, and zeros up to a multiple of four. */
static const unsigned char *padded(struct model *m, uint64_t count, const char *what) {
  return take(m, (count + 3) / 4 * 4, what);
}

static void enlarge(struct model *m, uint64_t numbers) {
  if (numbers > MAX_NUMBERS) refuse("has a layer of more than %u numbers", MAX_NUMBERS);
  if (numbers > m->numbers) m->numbers = numbers;
}

static struct maps read_pools(struct model *m, struct pool *pools, uint32_t count,
                              struct maps from) {
  for (uint32_t k = 0; k < count; k++) {
    struct pool *pool = &pools[k];
    pool->average = whole(m, "the kind of a pooling", 0, 1) == 1;
    pool->height = whole(m, "the height of a pooling's windows", 1, MAX_SIDE);
    pool->width = whole(m, "the width of a pooling's windows", 1, MAX_SIDE);
    pool->stride = whole(m, "the stride of a pooling's windows", 1, MAX_SIDE);
    pool->from = from;
    /* Every window begins within the map. */
    pool->to.height = whole(m, "the rows of a pooling", 1, (from.height - 1) / pool->stride + 1);
    pool->to.width = whole(m, "the columns of a pooling", 1, (from.width - 1) / pool->stride + 1);
    pool->to.channels = from.channels;
    from = pool->to;
  }
  return from;
}

/* Windows of `size`, `stride` apart, in a length with `padding` on both sides. */
static uint32_t windows(uint32_t length, uint32_t size, uint32_t stride, uint32_t padding) {
  uint64_t room = (uint64_t)length + 2 * (uint64_t)padding;
  if (size > room) refuse("has a window that is larger than what it lies on");
  return (uint32_t)((room - size) / stride) + 1;
}

static struct maps read_layer(struct model *m, struct layer *layer, struct maps from) {
  int dense = whole(m, "the kind of a layer", 0, 1) == 0;
  uint32_t columns = whole(m, "the columns of a layer", 1, MAX_NUMBERS);
  uint32_t kernel = whole(m, "the kernel of a layer", 1, MAX_SIDE);
  layer->stride = whole(m, "the stride of a layer", 1, MAX_SIDE);
  layer->padding = whole(m, "the padding of a layer", 0, kernel - 1);
  layer->pieces = whole(m, "the pieces of a unit", 1, MAX_PIECES);
  layer->activation = (enum activation)whole(m, "the activation of a layer", NONE, SIGN);
  layer->pools_before = whole(m, "the poolings before the multiply-add", 0, MAX_POOLS);
  layer->pools_after = whole(m, "the poolings after it", 0, MAX_POOLS);
  if (dense && (kernel > 1 || layer->stride > 1 || layer->padding > 0)) {
    refuse("has a dense layer with windows");
  }
  if (columns % layer->pieces != 0) refuse("has a layer whose columns make no whole units");

  layer->from = from;
  layer->kernel_height = dense ? from.height : kernel;
  layer->kernel_width = dense ? from.width : kernel;
  layer->to.height = windows(from.height, layer->kernel_height, layer->stride, layer->padding);
  layer->to.width = windows(from.width, layer->kernel_width, layer->stride, layer->padding);
  layer->to.channels = columns;
  /* At most 2^12 * 2^12 * 2^24: no product here leaves 64 bits. */
  uint64_t rows = (uint64_t)layer->kernel_height * layer->kernel_width * from.channels;
  if (rows > MAX_NUMBERS) refuse("has a layer of more than %u numbers", MAX_NUMBERS);
  enlarge(m, size_of(layer->to));
  if (columns > m->columns) m->columns = columns;
  m->additions += rows * size_of(layer->to);
  if (m->additions > MAX_ADDITIONS) {
    refuse("takes more than %llu additions for an example", (unsigned long long)MAX_ADDITIONS);
  }

  struct maps units = read_pools(m, layer->pools, layer->pools_before, layer->to);
  units.channels = columns / layer->pieces;
  struct maps out =
      read_pools(m, layer->pools + layer->pools_before, layer->pools_after, units);
  layer->scale = floats(m, columns, "a layer's multipliers");
  layer->shift = floats(m, columns, "a layer's summands");
  layer->bits = padded(m, rows * ((columns + 7) / 8), "a layer's bits");
  return out;
}

static void read_model(struct model *m) {
  static const char magic[8] = {'B', 'C', 'P', 'A', 'C', 'K', 'E', 'D'};
  if (m->length < 8 || memcmp(m->bytes, magic, 8) != 0) refuse("is no packed network");
  m->at = 8;
  const uint32_t version = whole(m, "its version", 1, UINT32_MAX);
  if (version > VERSION) {
    refuse("is of version %lu, made by a newer playground; this reads %d", (unsigned long)version, VERSION);
  }
  whole(m, "its length", (uint32_t)m->length, (uint32_t)m->length);
  m->takes_bytes = whole(m, "what it takes", 0, 1) == 1;
  whole(m, "how it was trained", 0, 3);
  m->input.height = whole(m, "the height of an example", 1, MAX_SIDE);
  m->input.width = whole(m, "the width of an example", 1, MAX_SIDE);
  m->input.channels = whole(m, "the channels of an example", 1, MAX_SIDE);
  enlarge(m, size_of(m->input));
  m->classes = whole(m, "the number of classes", 1, MAX_CLASSES);
  m->layer_count = whole(m, "the number of layers", 1, MAX_LAYERS);
  m->text_length = whole(m, "the length of the classes' names", 0, (uint32_t)m->length);
  m->input_scale = f32_at(floats(m, 1, "the scale of bytes"));
  m->offset = m->takes_bytes ? floats(m, size_of(m->input), "the offsets of bytes") : NULL;
  m->text = padded(m, m->text_length, "the classes' names");
  uint32_t names = 1;
  for (uint32_t i = 0; i < m->text_length; i++) names += m->text[i] == '\n';
  if (names != m->classes) {
    refuse("names %lu classes; its scores are of %lu", (unsigned long)names,
           (unsigned long)m->classes);
  }
  struct maps maps = m->input;
  for (uint32_t l = 0; l < m->layer_count; l++) maps = read_layer(m, &m->layers[l], maps);
  if (m->at < m->length) {
    refuse("has %llu bytes behind its last layer", (unsigned long long)(m->length - m->at));
  }
  if (size_of(maps) != m->classes) {
    refuse("makes %llu scores of %lu classes", (unsigned long long)size_of(maps),
           (unsigned long)m->classes);
  }
}

/* Add `value` to the sums of columns whose bit is 1, take it from the others. */
static void add_signed(double *sums, uint32_t columns, const unsigned char *bits, double value) {
  for (uint32_t o = 0; o < columns; o++) {
    if (bits[o >> 3] >> (o & 7) & 1) {
      sums[o] += value;
    } else {
      sums[o] -= value;
    }
  }
}

/* z: of each place and column the sum of what its window holds, plus or minus by the column's bits. */
static void products(const struct layer *layer, const float *x, float *z, double *sums) {
  uint32_t columns = layer->to.channels;
  uint32_t row_bytes = (columns + 7) / 8;
  for (uint32_t row = 0; row < layer->to.height; row++) {
    for (uint32_t column = 0; column < layer->to.width; column++) {
      memset(sums, 0, columns * sizeof *sums);
      for (uint32_t ky = 0; ky < layer->kernel_height; ky++) {
        int64_t y = (int64_t)row * layer->stride + ky - layer->padding;
        if (y < 0 || y >= layer->from.height) continue;
        for (uint32_t kx = 0; kx < layer->kernel_width; kx++) {
          int64_t at = (int64_t)column * layer->stride + kx - layer->padding;
          if (at < 0 || at >= layer->from.width) continue;
          const float *pixel = x + ((uint64_t)y * layer->from.width + (uint64_t)at) *
                                       layer->from.channels;
          uint64_t first = ((uint64_t)ky * layer->kernel_width + kx) * layer->from.channels;
          for (uint32_t c = 0; c < layer->from.channels; c++) {
            /* Nothing is added, nothing taken away. */
            if (pixel[c] == 0) continue;
            add_signed(sums, columns, layer->bits + (first + c) * row_bytes, pixel[c]);
          }
        }
      }
      float *place = z + ((uint64_t)row * layer->to.width + column) * columns;
      for (uint32_t o = 0; o < columns; o++) place[o] = (float)sums[o];
    }
  }
}

/* The largest or the mean of each window; where one hangs over the edge, of what is there. */
static void pooled(const struct pool *pool, const float *x, float *values) {
  uint32_t channels = pool->from.channels;
  for (uint32_t row = 0; row < pool->to.height; row++) {
    uint32_t y0 = row * pool->stride;
    uint32_t y1 = y0 + pool->height < pool->from.height ? y0 + pool->height : pool->from.height;
    for (uint32_t column = 0; column < pool->to.width; column++) {
      uint32_t x0 = column * pool->stride;
      uint32_t x1 = x0 + pool->width < pool->from.width ? x0 + pool->width : pool->from.width;
      for (uint32_t c = 0; c < channels; c++) {
        float best = -INFINITY;
        double sum = 0;
        for (uint32_t y = y0; y < y1; y++) {
          for (uint32_t at = x0; at < x1; at++) {
            float value = x[((uint64_t)y * pool->from.width + at) * channels + c];
            sum += value;
            if (value > best) best = value;
          }
        }
        uint64_t count = (uint64_t)(y1 - y0) * (x1 - x0);
        values[((uint64_t)row * pool->to.width + column) * channels + c] =
            pool->average ? (float)(sum / (double)count) : best;
      }
    }
  }
}

/* The one multiply-add of each unit, and its activation, in place. */
static void multiply_add(const struct layer *layer, float *values, uint64_t count) {
  uint32_t columns = layer->to.channels;
  for (uint64_t e = 0; e < count; e++) {
    uint64_t o = e % columns;
    double scale = f32_at(layer->scale + 4 * o);
    double value = values[e] * scale + f32_at(layer->shift + 4 * o);
    if (layer->activation == RELU && value < 0) value = 0;
    if (layer->activation == SIGN) value = value < 0 ? -1 : 1;
    values[e] = (float)value;
  }
}

/* Maxout, in place: of the columns that are pieces of a unit the largest. */
static void maxout(const struct layer *layer, float *values, uint64_t places) {
  uint32_t columns = layer->to.channels;
  uint32_t units = columns / layer->pieces;
  for (uint64_t place = 0; place < places; place++) {
    for (uint32_t u = 0; u < units; u++) {
      float best = values[place * columns + u];
      for (uint32_t k = 1; k < layer->pieces; k++) {
        float value = values[place * columns + (uint64_t)k * units + u];
        if (value > best) best = value;
      }
      values[place * units + u] = best;
    }
  }
}

static void swap(float **a, float **b) {
  float *other = *a;
  *a = *b;
  *b = other;
}

/* From what a layer reads, in `*x`, to what the next one does, in the same; `*spare` is written to. */
static void run(const struct layer *layer, float **x, float **spare, double *sums) {
  struct maps maps = layer->to;
  products(layer, *x, *spare, sums);
  swap(x, spare);
  for (uint32_t k = 0; k < layer->pools_before; k++) {
    pooled(&layer->pools[k], *x, *spare);
    swap(x, spare);
    maps = layer->pools[k].to;
  }
  multiply_add(layer, *x, size_of(maps));
  if (layer->pieces > 1) maxout(layer, *x, (uint64_t)maps.height * maps.width);
  for (uint32_t k = 0; k < layer->pools_after; k++) {
    pooled(&layer->pools[layer->pools_before + k], *x, *spare);
    swap(x, spare);
  }
}

/* The name of a class, without what could do harm on a terminal. */
static void print_name(const struct model *m, uint32_t class) {
  uint32_t at = 0;
  for (uint32_t name = 0; name < class; at++) name += m->text[at] == '\n';
  for (; at < m->text_length && m->text[at] != '\n'; at++) {
    putchar(m->text[at] < 0x20 || m->text[at] == 0x7f ? '?' : m->text[at]);
  }
}

static void print(const struct model *m, const float *scores, int all) {
  if (all) {
    for (uint32_t c = 0; c < m->classes; c++) printf("%s%.9g", c == 0 ? "" : " ", scores[c]);
  } else {
    uint32_t best = 0;
    for (uint32_t c = 1; c < m->classes; c++) {
      if (scores[c] > scores[best]) best = c;
    }
    printf("%lu ", (unsigned long)best);
    print_name(m, best);
  }
  putchar('\n');
}

/* The whole file, which may have MAX_FILE bytes. */
static void load(struct model *m, const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) refuse("cannot be read (%s)", strerror(errno));
  size_t room = 0;
  for (;;) {
    if (m->length == room) {
      if (room > MAX_FILE) refuse("has more than the %u bytes that are allowed", MAX_FILE);
      room = room == 0 ? 1 << 16 : 2 * room;
      unsigned char *more = realloc(m->bytes, room);
      if (more == NULL) refuse("needs more memory than there is");
      m->bytes = more;
    }
    size_t read = fread(m->bytes + m->length, 1, room - m->length, file);
    if (read == 0) break;
    m->length += read;
  }
  if (ferror(file)) refuse("cannot be read to its end");
  fclose(file);
  if (m->length > MAX_FILE) refuse("has more than the %u bytes that are allowed", MAX_FILE);
}

int main(int count, char **words) {
  int all = 0;
  unsigned long skip = 0;
  int at = 1;
  for (; at < count && strncmp(words[at], "--", 2) == 0; at++) {
    if (strcmp(words[at], "--scores") == 0) {
      all = 1;
    } else if (strcmp(words[at], "--skip") == 0 && at + 1 < count) {
      char *end;
      skip = strtoul(words[++at], &end, 10);
      if (*words[at] < '0' || *words[at] > '9' || *end != '\0') {
        refuse("takes a whole number of bytes with --skip");
      }
    } else {
      break;
    }
  }
  if (count - at != 2) refuse("takes: [--scores] [--skip BYTES] MODEL IMAGES");

  static struct model model;
  subject = words[at];
  load(&model, words[at]);
  read_model(&model);

  subject = words[at + 1];
  int piped = strcmp(words[at + 1], "-") == 0;
  FILE *images = piped ? stdin : fopen(words[at + 1], "rb");
  if (images == NULL) refuse("cannot be read (%s)", strerror(errno));
  for (; skip > 0; skip--) {
    if (getc(images) == EOF) refuse("is shorter than what is to be skipped");
  }
  uint64_t inputs = size_of(model.input);
  uint64_t bytes = inputs * (model.takes_bytes ? 1 : 4);
  unsigned char *image = reserve(bytes, 1);
  float *x = reserve(model.numbers, sizeof *x);
  float *spare = reserve(model.numbers, sizeof *spare);
  double *sums = reserve(model.columns, sizeof *sums);
  for (;;) {
    size_t read = fread(image, 1, (size_t)bytes, images);
    if (read == 0) break;
    if (read < bytes) {
      refuse("ends within an example, which has %llu bytes", (unsigned long long)bytes);
    }
    for (uint64_t j = 0; j < inputs; j++) {
      x[j] = model.takes_bytes
                 ? (float)((double)image[j] * model.input_scale - f32_at(model.offset + 4 * j))
                 : f32_at(image + 4 * j);
    }
    for (uint32_t l = 0; l < model.layer_count; l++) run(&model.layers[l], &x, &spare, sums);
    print(&model, x, all);
  }
  if (ferror(images)) refuse("cannot be read to its end");
  free(image);
  free(x);
  free(spare);
  free(sums);
  free(model.bytes);
  return 0;
}
