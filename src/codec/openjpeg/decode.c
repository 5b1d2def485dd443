/*
 * Decodes an area of a JPEG 2000 codestream that lies in memory, and writes the channels that are asked for side by
 * side. Everything that is allocated is freed before `decode` returns, but for the pixels, which the caller frees.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "memory.h"
#include "openjpeg.h"

#define EXPORT(name) __attribute__((export_name(name)))

/* Colours and alpha: CMYK with alpha has five. */
#define MOST_CHANNELS 5

/*
 * OpenJPEG makes structures for all code-blocks of a tile before it looks at its data. A tile of 250 megapixels has
 * 200,000 of 64 × 64.
 */
#define MOST_BLOCKS (1u << 21)

/* All numbers are 32 bits wide; src/codec/jpeg2000-wasm.ts has the same order. */
typedef struct {
  /* Asked: the area on the reference grid, resolutions left out, layers (0: all). */
  int32_t x0, y0, x1, y1, reduce, layers;
  /* Of each channel: the component it comes from, and the value that its largest one becomes. */
  int32_t channels;
  int32_t component[MOST_CHANNELS];
  int32_t maximum[MOST_CHANNELS];
  /* Samples of 16 bits, little-endian, instead of 8. */
  int32_t wide;
  /* The first three channels are Y, Cb, Cr. */
  int32_t ycc;
  /* Found: the size of the picture, and its pixels. */
  int32_t width, height;
  void *pixels;
} request_t;

typedef enum { DONE = 0, DAMAGED = 1, NO_MEMORY = 2, TOO_COMPLEX = 3 } result_t;

/* ---- Messages: the first one tells the cause. */

static char message[256];

static void on_error(const char *text, void *user) {
  (void)user;
  if (!message[0]) strncpy(message, text, sizeof message - 1);
}

static void ignore(const char *text, void *user) {
  (void)text;
  (void)user;
}

EXPORT("message") const char *get_message(void) { return message; }

static result_t fail(result_t result, const char *text) {
  on_error(text, 0);
  return exhausted ? NO_MEMORY : result;
}

/* ---- The codestream as a stream. */

typedef struct {
  const uint8_t *bytes;
  size_t length, position;
} source_t;

static OPJ_SIZE_T read_bytes(void *to, OPJ_SIZE_T count, void *user) {
  source_t *source = user;
  size_t left = source->length - source->position;
  if (left == 0) return (OPJ_SIZE_T)-1;
  if (count > left) count = left;
  memcpy(to, source->bytes + source->position, count);
  source->position += count;
  return count;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void *user) {
  source_t *source = user;
  size_t left = source->length - source->position;
  if (count < 0) return -1;
  if ((uint64_t)count > left) count = (OPJ_OFF_T)left;
  source->position += (size_t)count;
  return count;
}

static OPJ_BOOL seek_bytes(OPJ_OFF_T position, void *user) {
  source_t *source = user;
  if (position < 0 || (uint64_t)position > source->length) return OPJ_FALSE;
  source->position = (size_t)position;
  return OPJ_TRUE;
}

static opj_stream_t *open_stream(source_t *source) {
  opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_TRUE);
  if (!stream) return 0;
  opj_stream_set_user_data(stream, source, 0);
  opj_stream_set_user_data_length(stream, source->length);
  opj_stream_set_read_function(stream, read_bytes);
  opj_stream_set_skip_function(stream, skip_bytes);
  opj_stream_set_seek_function(stream, seek_bytes);
  return stream;
}

static opj_codec_t *open_codec(const request_t *request) {
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  if (!codec) return 0;
  opj_set_error_handler(codec, on_error, 0);
  opj_set_warning_handler(codec, ignore, 0);
  opj_set_info_handler(codec, ignore, 0);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  parameters.cp_reduce = (OPJ_UINT32)request->reduce;
  parameters.cp_layer = (OPJ_UINT32)request->layers;
  if (opj_setup_decoder(codec, &parameters)) {
    /* What is there of a codestream that was cut is shown. */
    opj_decoder_set_strict_mode(codec, OPJ_FALSE);
    return codec;
  }
  opj_destroy_codec(codec);
  return 0;
}

/* ---- What the main header asks for. */

static uint64_t ceil_div(uint64_t value, uint64_t divisor) { return (value + divisor - 1) / divisor; }

static uint32_t ceil_shift(uint32_t value, uint32_t bits) {
  return (uint32_t)(((uint64_t)value + (1ull << bits) - 1) >> bits);
}

/* Precincts aren't counted here: OpenJPEG 2.5.0 copies a quarter of their sizes into what it tells. */
static int is_bounded(const opj_image_t *image, const opj_codestream_info_v2_t *info) {
  uint64_t blocks = 0;
  uint32_t width = image->x1 - image->x0, height = image->y1 - image->y0;
  if (info->tdx < width) width = info->tdx;
  if (info->tdy < height) height = info->tdy;
  for (uint32_t c = 0; c < image->numcomps; c++) {
    const opj_tccp_info_t *coding = &info->m_default_tile_info.tccp_info[c];
    for (uint32_t r = 0; r < coding->numresolutions; r++) {
      uint32_t down = coding->numresolutions - 1 - r;
      uint64_t w = ceil_shift(width, down), h = ceil_shift(height, down);
      blocks += ceil_div(w, 1ull << coding->cblkw) * ceil_div(h, 1ull << coding->cblkh);
    }
  }
  return blocks <= MOST_BLOCKS;
}

/*
 * Leaves the components out that no channel comes from; not where they are transformed together. Those that stay are
 * numbered anew.
 */
static int leave_out(opj_codec_t *codec, request_t *request, const opj_image_t *image, int transformed) {
  OPJ_UINT32 kept[MOST_CHANNELS];
  int32_t place[MOST_CHANNELS];
  uint32_t count = 0;
  for (int32_t c = 0; c < request->channels; c++) {
    uint32_t at = 0;
    while (at < count && kept[at] != (OPJ_UINT32)request->component[c]) at++;
    if (at == count) kept[count++] = (OPJ_UINT32)request->component[c];
    place[c] = (int32_t)at;
  }
  if (transformed || count == image->numcomps) return 1;
  memcpy(request->component, place, (size_t)request->channels * sizeof *place);
  return opj_set_decoded_components(codec, count, kept, OPJ_FALSE);
}

static result_t read_area(opj_codec_t *codec, opj_stream_t *stream, request_t *request, opj_image_t **image) {
  if (!opj_read_header(stream, codec, image)) return fail(DAMAGED, "the main header can not be read");
  for (int32_t c = 0; c < request->channels; c++) {
    if ((uint32_t)request->component[c] >= (*image)->numcomps) return fail(DAMAGED, "a component is missing");
  }
  opj_codestream_info_v2_t *info = opj_get_cstr_info(codec);
  if (!info) return fail(DAMAGED, "the main header tells too little");
  int bounded = is_bounded(*image, info);
  int transformed = info->m_default_tile_info.mct != 0;
  opj_destroy_cstr_info(&info);
  if (!bounded) return fail(TOO_COMPLEX, "it is cut into too many code-blocks");
  if (!leave_out(codec, request, *image, transformed)) return fail(DAMAGED, "its components can not be chosen");
  if (!opj_set_decode_area(codec, *image, request->x0, request->y0, request->x1, request->y1)) {
    return fail(DAMAGED, "the area lies outside");
  }
  if (!opj_decode(codec, stream, *image)) return fail(DAMAGED, "the data can not be decoded");
  return DONE;
}

/* ---- Samples. */

/* Values of 0 … `from` become 0 … `to`, rounded. */
static uint32_t scaled(uint32_t value, uint32_t from, uint32_t to) {
  return from == to ? value : (value * to + from / 2) / from;
}

static int32_t clamped(int32_t value, int32_t largest) { return value < 0 ? 0 : value > largest ? largest : value; }

/* Rows of 8 bits that stay what they are, which nearly all are: a tenth of the general way's time. */
static void copy_bytes(uint8_t *to, size_t step, const OPJ_INT32 *from, uint32_t count, int32_t shift, int32_t largest) {
  for (uint32_t x = 0; x < count; x++, to += step) *to = (uint8_t)clamped(from[x] + shift, largest);
}

/* One channel; components with fewer samples are repeated. */
static result_t write_channel(const request_t *request, const opj_image_t *image, int32_t channel) {
  const opj_image_comp_t *component = &image->comps[request->component[channel]];
  uint32_t bits = component->prec, reduce = (uint32_t)request->reduce;
  if (!component->data || component->w == 0 || component->h == 0) return fail(DAMAGED, "a component has no samples");
  if (bits == 0 || bits > 31) return fail(DAMAGED, "samples of this size can not be read");
  /* Products of more than 32 bits are avoided: nobody sees the lowest of 17 bits and more. */
  uint32_t drop = bits > 16 ? bits - 16 : 0;
  int64_t shift = component->sgnd ? 1ll << (bits - 1) : 0;
  uint32_t largest = (1u << bits) - 1, from = largest >> drop, to = (uint32_t)request->maximum[channel];
  uint32_t left = ceil_shift(image->x0, reduce), top = ceil_shift(image->y0, reduce);
  uint32_t first_column = ceil_shift(component->x0, reduce), first_row = ceil_shift(component->y0, reduce);
  uint32_t width = (uint32_t)request->width, height = (uint32_t)request->height, count = (uint32_t)request->channels;
  for (uint32_t y = 0; y < height; y++) {
    int64_t row = (int64_t)((top + y) / component->dy) - first_row;
    row = row < 0 ? 0 : row >= component->h ? component->h - 1 : row;
    const OPJ_INT32 *samples = component->data + (size_t)row * component->w;
    size_t at = (size_t)y * width * count + (uint32_t)channel;
    if (!request->wide && from == to && bits <= 8 && component->dx == 1 && component->w == width) {
      copy_bytes((uint8_t *)request->pixels + at, count, samples, width, (int32_t)shift, (int32_t)largest);
      continue;
    }
    for (uint32_t x = 0; x < width; x++, at += count) {
      int64_t column = x;
      if (component->dx != 1 || component->w != width) {
        column = (int64_t)((left + x) / component->dx) - first_column;
        column = column < 0 ? 0 : column >= component->w ? component->w - 1 : column;
      }
      int64_t value = samples[column] + shift;
      uint32_t whole = value < 0 ? 0 : value > largest ? largest : (uint32_t)value;
      uint32_t sample = scaled(whole >> drop, from, to);
      if (request->wide) ((uint16_t *)request->pixels)[at] = (uint16_t)sample;
      else ((uint8_t *)request->pixels)[at] = (uint8_t)sample;
    }
  }
  return DONE;
}

/* Rec. 601 at full range, factors with 16 bits behind the point. */
static void to_rgb(const request_t *request) {
  int32_t largest = request->maximum[0];
  int64_t half = ((int64_t)largest + 1) / 2;
  size_t step = (size_t)request->channels;
  size_t end = (size_t)request->width * (size_t)request->height * step;
  uint8_t *bytes = request->pixels;
  uint16_t *words = request->pixels;
  for (size_t at = 0; at < end; at += step) {
    int64_t y = request->wide ? words[at] : bytes[at];
    int64_t cb = (request->wide ? words[at + 1] : bytes[at + 1]) - half;
    int64_t cr = (request->wide ? words[at + 2] : bytes[at + 2]) - half;
    int64_t colour[3] = {
        y + ((91881 * cr + 32768) >> 16),
        y + ((-22554 * cb - 46802 * cr + 32768) >> 16),
        y + ((116130 * cb + 32768) >> 16),
    };
    for (int i = 0; i < 3; i++) {
      int64_t value = colour[i] < 0 ? 0 : colour[i] > largest ? largest : colour[i];
      if (request->wide) words[at + (size_t)i] = (uint16_t)value;
      else bytes[at + (size_t)i] = (uint8_t)value;
    }
  }
}

static result_t write_pixels(request_t *request, const opj_image_t *image) {
  uint32_t reduce = (uint32_t)request->reduce;
  int64_t width = (int64_t)ceil_shift(image->x1, reduce) - ceil_shift(image->x0, reduce);
  int64_t height = (int64_t)ceil_shift(image->y1, reduce) - ceil_shift(image->y0, reduce);
  if (width <= 0 || height <= 0) return fail(DAMAGED, "the area is empty");
  uint64_t length = (uint64_t)width * (uint64_t)height * (uint64_t)request->channels << (request->wide ? 1 : 0);
  if (length > SIZE_MAX / 2 || !(request->pixels = malloc((size_t)length))) return fail(NO_MEMORY, "no memory for pixels");
  request->width = (int32_t)width;
  request->height = (int32_t)height;
  for (int32_t channel = 0; channel < request->channels; channel++) {
    result_t result = write_channel(request, image, channel);
    if (result != DONE) return result;
  }
  if (request->ycc) to_rgb(request);
  return DONE;
}

EXPORT("allocate") void *allocate(size_t size) { return malloc(size); }

EXPORT("release") void release(void *pointer) { free(pointer); }

EXPORT("decode") result_t decode(const uint8_t *bytes, size_t length, request_t *request) {
  source_t source = {bytes, length, 0};
  opj_image_t *image = 0;
  result_t result;
  message[0] = 0;
  exhausted = 0;
  request->pixels = 0;
  opj_stream_t *stream = open_stream(&source);
  opj_codec_t *codec = open_codec(request);
  if (!stream || !codec) result = fail(NO_MEMORY, "no memory to begin");
  else if ((result = read_area(codec, stream, request, &image)) == DONE) result = write_pixels(request, image);
  if (stream) opj_stream_destroy(stream);
  if (codec) opj_destroy_codec(codec);
  if (image) opj_image_destroy(image);
  if (result == DONE) return DONE;
  free(request->pixels);
  request->pixels = 0;
  return result;
}
