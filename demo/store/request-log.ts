/** One request, noted when it begins and completed while it is answered. */
export interface LoggedRequest {
  /** Sent as `x-amz-request-id`. */
  readonly id: string;
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** The `Range` header. */
  readonly range: string | undefined;
  bucket: string | undefined;
  /** Percent-decoded. */
  key: string;
  /** 0 until it is known. */
  status: number;
  /** Bytes of the object that were handed to the socket. */
  bytes: number;
}

/** So that a demo that runs for days doesn't grow. */
const KEPT_REQUESTS = 10_000;

/** The latest requests of a store, and their sums since its start. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];
  readonly totals = { requests: 0, bytes: 0 };

  begin(method: string, url: string, range: string | undefined): LoggedRequest {
    this.totals.requests += 1;
    const id = this.totals.requests.toString(16).toUpperCase().padStart(16, '0');
    const entry: LoggedRequest = { id, method, url, range, bucket: undefined, key: '', status: 0, bytes: 0 };
    this.requests.push(entry);
    if (this.requests.length > KEPT_REQUESTS) this.requests.shift();
    return entry;
  }

  /** A step of a pipeline that counts the bytes that pass. */
  counting(entry: LoggedRequest) {
    const totals = this.totals;
    return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        entry.bytes += chunk.length;
        totals.bytes += chunk.length;
        yield chunk;
      }
    };
  }
}
