/*
 * OpenJPEG 2.5.0 decodes areas of a tile from samples that each code-block keeps, and forgets to give them to code-blocks
 * of Part 15 (HTJ2K), whose areas come out grey. The linker leads its call through here.
 */
#include "opj_includes.h"

OPJ_BOOL __real_opj_t1_ht_decode_cblk(opj_t1_t *t1, opj_tcd_cblk_dec_t *block, OPJ_UINT32 orientation,
                                      OPJ_UINT32 roi_shift, OPJ_UINT32 style, opj_event_mgr_t *manager,
                                      opj_mutex_t *mutex, OPJ_BOOL check_termination);

OPJ_BOOL __wrap_opj_t1_ht_decode_cblk(opj_t1_t *t1, opj_tcd_cblk_dec_t *block, OPJ_UINT32 orientation,
                                      OPJ_UINT32 roi_shift, OPJ_UINT32 style, opj_event_mgr_t *manager,
                                      opj_mutex_t *mutex, OPJ_BOOL check_termination) {
  OPJ_BOOL done =
      __real_opj_t1_ht_decode_cblk(t1, block, orientation, roi_shift, style, manager, mutex, check_termination);
  size_t samples = (size_t)t1->w * t1->h;
  /* What follows decoding takes them from the code-block, where it has any. */
  if (done && block->decoded_data && samples > 0) memcpy(block->decoded_data, t1->data, samples * sizeof *t1->data);
  return done;
}
