import { mediaTypeOf } from '../iiif/negotiate.ts';
import type { Health } from './health.ts';
import { OPENMETRICS_TYPE, PROMETHEUS_TYPE, prometheusText } from './prometheus.ts';
import type { Status } from './status.ts';

const JSON_TYPE = 'application/json';
const PLAIN_TYPE = 'text/plain';
const METRICS_TYPE = 'application/openmetrics-text';

/** A status as JSON, or as `Accept` asks: for Prometheus, or as OpenMetrics. */
export function statusAnswer(request: Request, status: Status): Response {
  switch (mediaTypeOf(request.headers.get('Accept'), [JSON_TYPE, METRICS_TYPE, PLAIN_TYPE])) {
    case METRICS_TYPE:
      return answer(200, OPENMETRICS_TYPE, prometheusText(status, true));
    case PLAIN_TYPE:
      return answer(200, PROMETHEUS_TYPE, prometheusText(status, false));
    default:
      return answer(200, JSON_TYPE, JSON.stringify(status, undefined, 2));
  }
}

/** 200, or 503 where a source is down. */
export function healthAnswer(health: Health): Response {
  return answer(health.ok ? 200 : 503, JSON_TYPE, JSON.stringify(health, undefined, 2));
}

/** Without the headers that let pages of other sites read it: it tells what was looked at. */
function answer(status: number, type: string, text: string): Response {
  const bytes = new TextEncoder().encode(text);
  return new Response(bytes, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Length': String(bytes.length),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept',
    },
  });
}
