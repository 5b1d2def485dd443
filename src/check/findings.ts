/** How grave: `bad` means that images can't be shown, `warn` that something is missing, or dear. */
export type Grade = 'good' | 'warn' | 'bad';

/** What there is to do. */
export type Remedy = 'cors' | 'range' | 'encoding' | 'etag' | 'vary' | 'public' | 'pyramid' | 'index';

/** One thing that was looked at. */
export interface Finding {
  readonly grade: Grade;
  /** `Range`, `Access-Control-Allow-Origin`, `Layout` … */
  readonly subject: string;
  /** What was found, and what is expected where that is something else. */
  readonly found: string;
  readonly remedy?: Remedy | undefined;
}

/** What a first view costs: description, thumbnail and six tiles. */
export interface FirstView {
  readonly requests: number;
  readonly bytes: number;
}

export interface Examination {
  readonly url: string;
  /** Of the site that images are to be shown on. */
  readonly origin: string;
  readonly findings: readonly Finding[];
  /** `S3` for everything that speaks as it does, else the `Server` header: tells which configuration to speak of. */
  readonly server: string | undefined;
  /** Undefined where the image couldn't be shown. */
  readonly firstView: FirstView | undefined;
}

/** Nothing is bad. */
export function isGood({ findings }: Pick<Examination, 'findings'>): boolean {
  return findings.every(({ grade }) => grade !== 'bad');
}
