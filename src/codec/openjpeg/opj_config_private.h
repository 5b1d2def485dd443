/* What OpenJPEG's own build makes of opj_config_private.h.cmake.in, for wasi-libc. */
#define OPJ_HAVE_INTTYPES_H 1
#define OPJ_PACKAGE_VERSION "2.5.0"
#define OPJ_HAVE_MALLOC_H
#define OPJ_HAVE_POSIX_MEMALIGN
#define _POSIX_C_SOURCE 200112L
