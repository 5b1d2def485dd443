import { type PlacedOverlay, placeOverlay } from './overlay.ts';
import type { OverlayPictures } from './overlay-pictures.ts';
import type { PlannedImage, ResolvedRequest } from './plan.ts';
import type { Redaction, Rendering } from './rendering.ts';

/** What is drawn over an image, as far as an answer may show it. */
export interface Marks {
  readonly redactions: readonly Redaction[];
  readonly overlays: readonly PlacedOverlay[];
}

export const NO_MARKS: Marks = { redactions: [], overlays: [] };

/** @throws {ImageServerError} 500 when an overlay can't be drawn. */
export async function marksOn(
  image: PlannedImage,
  request: ResolvedRequest,
  { overlays, redactions }: Rendering,
  pictures: OverlayPictures,
): Promise<Marks> {
  const placed = await Promise.all(
    overlays.map(async (overlay) => placeOverlay(overlay, await pictures(overlay.content), image, request)),
  );
  return { redactions, overlays: placed.filter((overlay) => overlay !== undefined) };
}
