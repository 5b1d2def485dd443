/** What the viewer says, but for the answers of the server. */
export interface Words {
  readonly viewer: string;
  readonly loading: string;
  readonly canvasHint: string;
  readonly zoomIn: string;
  readonly zoomOut: string;
  readonly home: string;
  readonly rotate: string;
  readonly fullScreen: string;
  readonly leaveFullScreen: string;
  readonly adjust: string;
  readonly brightness: string;
  readonly contrast: string;
  readonly saturation: string;
  readonly reset: string;
  readonly download: string;
  readonly previous: string;
  readonly next: string;
  readonly pages: string;
  readonly page: string;
  /** Number and count are put in for {page} and {count}. */
  readonly pageOf: string;
  readonly notShown: string;
  readonly partsMissing: string;
  readonly lessSharp: string;
  /** Why parts are missing or less sharp, and what becomes of it. */
  readonly isSlow: string;
  readonly isUnreachable: string;
  readonly isOffline: string;
  readonly notDownloaded: string;
  readonly tryAgain: string;
}

const en: Words = {
  viewer: 'Image viewer',
  loading: 'Loading the image',
  canvasHint: 'Plus and minus zoom, the arrow keys move the image, R rotates it.',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  home: 'Show the whole image',
  rotate: 'Rotate',
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  adjust: 'Brightness and contrast',
  brightness: 'Brightness',
  contrast: 'Contrast',
  saturation: 'Colour',
  reset: 'Reset',
  download: 'Download this view',
  previous: 'Previous page',
  next: 'Next page',
  pages: 'Pages',
  page: 'Page {page}',
  pageOf: 'Page {page} of {count}',
  notShown: 'This image can’t be shown.',
  partsMissing: 'Parts of this image are missing.',
  lessSharp: 'Parts of this image are less sharp for now.',
  isSlow: 'They take long to arrive, and are put in when they are here.',
  isUnreachable: 'Their source can’t be reached; it is asked again by itself.',
  isOffline: 'There is no network; it goes on by itself when there is one.',
  notDownloaded: 'This view can’t be downloaded.',
  tryAgain: 'Try again',
};

const de: Words = {
  viewer: 'Bildbetrachter',
  loading: 'Das Bild wird geladen',
  canvasHint: 'Plus und Minus vergrößern und verkleinern, die Pfeiltasten verschieben das Bild, R dreht es.',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  home: 'Ganzes Bild zeigen',
  rotate: 'Drehen',
  fullScreen: 'Vollbild',
  leaveFullScreen: 'Vollbild verlassen',
  adjust: 'Helligkeit und Kontrast',
  brightness: 'Helligkeit',
  contrast: 'Kontrast',
  saturation: 'Farbe',
  reset: 'Zurücksetzen',
  download: 'Diesen Ausschnitt herunterladen',
  previous: 'Vorige Seite',
  next: 'Nächste Seite',
  pages: 'Seiten',
  page: 'Seite {page}',
  pageOf: 'Seite {page} von {count}',
  notShown: 'Dieses Bild kann nicht gezeigt werden.',
  partsMissing: 'Teile dieses Bildes fehlen.',
  lessSharp: 'Teile dieses Bildes sind noch unscharf.',
  isSlow: 'Sie brauchen länger und werden eingesetzt, sobald sie da sind.',
  isUnreachable: 'Ihre Quelle ist nicht erreichbar; sie wird von selbst wieder gefragt.',
  isOffline: 'Es gibt kein Netz; sobald es wieder da ist, geht es von selbst weiter.',
  notDownloaded: 'Dieser Ausschnitt kann nicht heruntergeladen werden.',
  tryAgain: 'Noch einmal versuchen',
};

const fr: Words = {
  viewer: 'Visionneuse d’images',
  loading: 'Chargement de l’image',
  canvasHint: 'Plus et moins pour zoomer, les flèches pour déplacer l’image, R pour la faire pivoter.',
  zoomIn: 'Agrandir',
  zoomOut: 'Réduire',
  home: 'Afficher toute l’image',
  rotate: 'Faire pivoter',
  fullScreen: 'Plein écran',
  leaveFullScreen: 'Quitter le plein écran',
  adjust: 'Luminosité et contraste',
  brightness: 'Luminosité',
  contrast: 'Contraste',
  saturation: 'Couleur',
  reset: 'Réinitialiser',
  download: 'Télécharger cette vue',
  previous: 'Page précédente',
  next: 'Page suivante',
  pages: 'Pages',
  page: 'Page {page}',
  pageOf: 'Page {page} sur {count}',
  notShown: 'Cette image ne peut pas être affichée.',
  partsMissing: 'Des parties de cette image manquent.',
  lessSharp: 'Des parties de cette image sont moins nettes pour l’instant.',
  isSlow: 'Elles tardent à arriver et s’afficheront d’elles-mêmes.',
  isUnreachable: 'Leur source est injoignable ; de nouveaux essais sont faits automatiquement.',
  isOffline: 'Il n’y a pas de réseau ; l’affichage reprendra de lui-même dès son retour.',
  notDownloaded: 'Cette vue ne peut pas être téléchargée.',
  tryAgain: 'Réessayer',
};

const es: Words = {
  viewer: 'Visor de imágenes',
  loading: 'Cargando la imagen',
  canvasHint: 'Más y menos para ampliar o reducir, las flechas para mover la imagen, R para girarla.',
  zoomIn: 'Ampliar',
  zoomOut: 'Reducir',
  home: 'Mostrar toda la imagen',
  rotate: 'Girar',
  fullScreen: 'Pantalla completa',
  leaveFullScreen: 'Salir de pantalla completa',
  adjust: 'Brillo y contraste',
  brightness: 'Brillo',
  contrast: 'Contraste',
  saturation: 'Color',
  reset: 'Restablecer',
  download: 'Descargar esta vista',
  previous: 'Página anterior',
  next: 'Página siguiente',
  pages: 'Páginas',
  page: 'Página {page}',
  pageOf: 'Página {page} de {count}',
  notShown: 'No se puede mostrar esta imagen.',
  partsMissing: 'Faltan partes de esta imagen.',
  lessSharp: 'Por ahora, partes de esta imagen se ven menos nítidas.',
  isSlow: 'Tardan en llegar y aparecerán por sí solas.',
  isUnreachable: 'No se puede acceder a su fuente; se intenta de nuevo automáticamente.',
  isOffline: 'No hay red; cuando vuelva, continuará automáticamente.',
  notDownloaded: 'No se puede descargar esta vista.',
  tryAgain: 'Intentar de nuevo',
};

const LANGUAGES: Readonly<Record<string, Words>> = { en, de, fr, es };

/** Language tags that the viewer speaks. */
export const SPOKEN: readonly string[] = Object.keys(LANGUAGES);

/** The first of these languages (BCP 47) that the viewer speaks, or English; with its words. */
export function wordsFor(languages: readonly string[]): { readonly language: string; readonly words: Words } {
  for (const tag of languages) {
    const language = tag.toLowerCase().split('-', 1)[0] ?? '';
    const words = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined;
    if (words) return { language, words };
  }
  return { language: 'en', words: en };
}

/** Puts numbers into words. */
export function withNumbers(text: string, numbers: Readonly<Record<string, number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(numbers, name) ? String(numbers[name]) : whole,
  );
}
