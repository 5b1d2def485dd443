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
  const routes = Object.entries(status.routes).map(([route, figures]): Part => [{ route }, figures]);
  const sources = Object.entries(status.sources).map(([source, figures]): Part => [{ source }, figures]);
  const { latencyBounds } = status;
  return [
    counter('potto_requests', 'Answers, but for those that were cancelled.', routes, ({ requests }) => requests),
    waysOf('potto_answers', routes),
    errorsOf('potto_errors', routes),
    counter('potto_cancelled', 'Requests that their page gave up.', routes, ({ cancelled }) => cancelled),
    counter('potto_answered_bytes', 'Bytes of the answers.', routes, ({ answeredBytes }) => answeredBytes),
    histogramOf('potto_answer_seconds', routes, latencyBounds),
    counter('potto_source_answers', 'Answers with images of this source.', sources, ({ requests }) => requests),
    waysOf('potto_source_ways', sources),
    errorsOf('potto_source_errors', sources),
    counter('potto_source_answered_bytes', 'Bytes of these answers.', sources, ({ answeredBytes }) => answeredBytes),
    histogramOf('potto_source_answer_seconds', sources, latencyBounds),
    counter('potto_source_requests', 'Requests sent to this source.', sources, ({ sourceRequests }) => sourceRequests),
    counter('potto_source_bytes', 'Bytes read from this source.', sources, ({ sourceBytes }) => sourceBytes),
    {
      ...{ name: 'potto_source_failures', type: 'gauge', help: 'Reads that failed since one succeeded.' },
      samples: Object.entries(status.sources).map(([source, { state }]) => ['', { source }, state.failures]),
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

/** A route or a source, and its figures. */
type Part = readonly [Labels, Figures];

function counter(name: string, help: string, parts: readonly Part[], value: (figures: Figures) => number): Family {
  const samples = parts.map(([labels, figures]) => ['_total', labels, value(figures)] as const);
  return { name, type: 'counter', help, samples };
}

function waysOf(name: string, parts: readonly Part[]): Family {
  const samples = parts.flatMap(([labels, figures]) =>
    WAYS.map((way) => ['_total', { ...labels, way }, figures[way]] as const),
  );
  return { name, type: 'counter', help: 'Answers by the way in which they came about.', samples };
}

function errorsOf(name: string, parts: readonly Part[]): Family {
  const samples = parts.flatMap(([labels, { statuses }]) =>
    Object.entries(statuses).map(([status, count]) => ['_total', { ...labels, status }, count] as const),
  );
  return { name, type: 'counter', help: 'Answers of status 400 and above.', samples };
}

function histogramOf(name: string, parts: readonly Part[], bounds: readonly number[]): Family {
  const samples = parts.flatMap(([labels, { latency, milliseconds }]): Family['samples'] => {
    let within = 0;
    const buckets = latency.map((count, place) => {
      within += count;
      const bound = bounds[place];
      return ['_bucket', { ...labels, le: bound === undefined ? '+Inf' : String(bound / 1000) }, within] as const;
    });
    return [...buckets, ['_sum', labels, milliseconds / 1000], ['_count', labels, within]];
  });
  return { name, type: 'histogram', help: 'From the request to the answer.', samples };
}

function labelsOf(labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
