/* The linker leads all allocations through these functions, so that a lack of memory is told from damage. */
#include <errno.h>
#include <stdlib.h>
#include "memory.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *pointer, size_t size);
int __real_posix_memalign(void **pointer, size_t alignment, size_t size);

int exhausted;

static void *checked(void *pointer, int wanted) {
  if (!pointer && wanted) exhausted = 1;
  return pointer;
}

void *__wrap_malloc(size_t size) { return checked(__real_malloc(size), size != 0); }

void *__wrap_calloc(size_t count, size_t size) { return checked(__real_calloc(count, size), count && size); }

void *__wrap_realloc(void *pointer, size_t size) { return checked(__real_realloc(pointer, size), size != 0); }

int __wrap_posix_memalign(void **pointer, size_t alignment, size_t size) {
  int error = __real_posix_memalign(pointer, alignment, size);
  if (error == ENOMEM) exhausted = 1;
  return error;
}
