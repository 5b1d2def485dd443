import type { Figures, Status } from './status.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

interface Family {
  /** Without the suffix of counters. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly (readonly [suffix: string, labels: Labels, value: number])[];
}

/** How an answer came about, by the names of `Figures`. */
const WAYS = ['hits', 'passthrough', 'rendered', 'degraded', 'offline', 'notModified'] as const;

/** A status in the text format of Prometheus (0.0.4), or as OpenMetrics 1.0. */
export function prometheusText(status: Status, isOpenMetrics: boolean): string {
  const lines = familiesOf(status).flatMap(({ name, type, help, samples }) => {
    // In OpenMetrics the name of a counter's family goes without its suffix.
    const family = type === 'counter' && !isOpenMetrics ? `${name}_total` : name;
    return [
      `# HELP ${family} ${help}`,
      `# TYPE ${family} ${type}`,
      ...samples.map(([suffix, labels, value]) => `${name}${suffix}${labelsOf(labels)} ${value}`),
    ];
  });
  return `${[...lines, ...(isOpenMetrics ? ['# EOF'] : [])].join('\n')}\n`;
}

function familiesOf(status: Status): readonly Family[] {
  const routes = Object.entries(status.routes);
  const sources = Object.entries(status.sources);
  const perRoute = (name: string, help: string, value: (figures: Figures) => number): Family => ({
    ...{ name, type: 'counter', help },
    samples: routes.map(([route, figures]) => ['_total', { route }, value(figures)]),
  });
  const perSource = (name: string, help: string, value: (figures: Figures) => number): Family => ({
    ...{ name, type: 'counter', help },
    samples: sources.map(([source, figures]) => ['_total', { source }, value(figures)]),
  });
  return [
    perRoute('potto_requests', 'Answers, but for those that were cancelled.', ({ requests }) => requests),
    {
      ...{ name: 'potto_answers', type: 'counter', help: 'Answers by the way in which they came about.' },
      samples: routes.flatMap(([route, figures]) =>
        WAYS.map((way) => ['_total', { route, way }, figures[way]] as const),
      ),
    },
    {
      ...{ name: 'potto_errors', type: 'counter', help: 'Answers of status 400 and above.' },
      samples: routes.flatMap(([route, { statuses }]) =>
        Object.entries(statuses).map(([code, count]) => ['_total', { route, status: code }, count] as const),
      ),
    },
    perRoute('potto_cancelled', 'Requests that their page gave up.', ({ cancelled }) => cancelled),
    perRoute('potto_answered_bytes', 'Bytes of the answers.', ({ answeredBytes }) => answeredBytes),
    {
      ...{ name: 'potto_answer_seconds', type: 'histogram', help: 'From the request to the answer.' },
      samples: routes.flatMap(([route, figures]) => histogramOf(route, figures, status.latencyBounds)),
    },
    perSource('potto_source_answers', 'Answers with images of this source.', ({ requests }) => requests),
    perSource('potto_source_requests', 'Requests sent to this source.', ({ sourceRequests }) => sourceRequests),
    perSource('potto_source_bytes', 'Bytes read from this source.', ({ sourceBytes }) => sourceBytes),
    perSource('potto_source_errors', 'Answers of status 400 and above.', ({ errors }) => errors),
    {
      ...{ name: 'potto_source_failures', type: 'gauge', help: 'Reads that failed since one succeeded.' },
      samples: sources.map(([source, { state }]) => ['', { source }, state.failures]),
    },
    {
      ...{ name: 'potto_alarms_waiting', type: 'gauge', help: 'Alarms that could not be delivered yet.' },
      samples: [['', {}, status.alarms.waiting.length]],
    },
    {
      ...{ name: 'potto_since_seconds', type: 'gauge', help: 'When counting began, in seconds since 1970.' },
      samples: [['', {}, status.since / 1000]],
    },
  ];
}

function histogramOf(
  route: string,
  { latency, milliseconds }: Figures,
  bounds: readonly number[],
): (readonly [string, Labels, number])[] {
  let within = 0;
  const buckets = latency.map((count, place) => {
    within += count;
    const bound = bounds[place];
    return ['_bucket', { route, le: bound === undefined ? '+Inf' : String(bound / 1000) }, within] as const;
  });
  return [...buckets, ['_sum', { route }, milliseconds / 1000], ['_count', { route }, within]];
}

function labelsOf(labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
