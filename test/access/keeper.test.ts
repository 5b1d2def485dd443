import { describe, expect, test } from 'vitest';
import type { Credentials, CredentialsRequest } from '../../src/access/credentials.ts';
import { CredentialsKeeper, SURE_FOR } from '../../src/access/keeper.ts';
import { SourceUnreachableError } from '../../src/source/source.ts';

const WANTED = { source: 'archive', kind: 'bearer' } as const;

/** A keeper on a clock of its own, whose credentials the test gives, and counts how often they were asked for. */
function subject(give: (request: CredentialsRequest) => Credentials | undefined | Promise<Credentials | undefined>) {
  const clock = { now: 1_000_000 };
  const asked: CredentialsRequest['reason'][] = [];
  const keeper = new CredentialsKeeper({
    now: () => clock.now,
    provider(request) {
      asked.push(request.reason);
      return give(request);
    },
  });
  const token = async () => {
    const { kind, credentials } = await keeper.get(WANTED);
    return kind === 'bearer' ? credentials.token : kind;
  };
  return { keeper, asked, clock, token };
}

describe('credentials', () => {
  test('are asked for once, by all who need them', async () => {
    const { token, asked } = subject(() => ({ token: 'a' }));
    expect(await Promise.all([token(), token(), token()])).toEqual(['a', 'a', 'a']);
    expect(await token()).toBe('a');
    expect(asked).toEqual(['missing']);
  });

  test('that end within a minute are renewed, and serve meanwhile', async () => {
    let count = 0;
    const { token, asked, clock } = subject(() => ({ token: `${++count}`, expiration: clock.now + 300_000 }));
    expect(await token()).toBe('1');
    clock.now += 180_000;
    expect(await token()).toBe('1');
    expect(asked).toEqual(['missing']);
    clock.now += 59_000;
    expect(await token()).toBe('1');
    expect(await token()).toBe('2');
    expect(asked).toEqual(['missing', 'expiring']);
  });

  test('that have ended are waited for', async () => {
    let count = 0;
    const { token, clock } = subject(() => ({ token: `${++count}`, expiration: new Date(clock.now + 300_000) }));
    await token();
    clock.now += 299_000;
    expect(await token()).toBe('2');
  });

  test('that ended before they came are none', async () => {
    const { token } = subject(() => ({ token: 'old', expiration: '1970-01-01T00:00:01Z' }));
    await expect(token()).rejects.toMatchObject({ status: 401 });
  });

  test.each<[string, unknown]>([
    ['of another kind', { username: 'a', password: 'b' }],
    ['with a line break', { token: 'secret\nX-Other: 1' }],
    ['that are no object', 'secret'],
    ['with an end that is no date', { token: 'secret', expiration: 'tomorrow' }],
  ])('%s are refused, and not told', async (_, given) => {
    const { token } = subject(() => JSON.parse(JSON.stringify(given)));
    await expect(token()).rejects.toMatchObject({ status: 401, message: expect.not.stringContaining('secret') });
  });

  test('that nobody has are a 401', async () => {
    await expect(subject(() => undefined).token()).rejects.toMatchObject({ status: 401 });
  });

  test('whose giver fails are a 503, and what it said is kept from everybody', async () => {
    const failing = subject(() => Promise.reject(new Error('secret')));
    const error: unknown = await failing.token().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SourceUnreachableError);
    expect(error).toMatchObject({ status: 503 });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('secret');
  });

  test('are asked for again after they were forgotten', async () => {
    const { token, asked, keeper } = subject(() => ({ token: 'a' }));
    await token();
    keeper.forget('other');
    await token();
    keeper.forget('archive');
    await token();
    expect(asked).toEqual(['missing', 'missing']);
  });

  test('that come after they were forgotten are not kept', async () => {
    let give = (_: Credentials | undefined): void => undefined;
    const { token, asked, keeper } = subject(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    const before = token();
    keeper.forget();
    give({ token: 'of-who-signed-out' });
    await before;
    const after = token();
    give({ token: 'new' });
    expect(await after).toBe('new');
    expect(asked).toEqual(['missing', 'missing']);
  });
});

describe('refused credentials', () => {
  test('are replaced once for all who were refused', async () => {
    let count = 0;
    const { keeper, asked } = subject(() => ({ token: `${++count}` }));
    const first = await keeper.get(WANTED);
    const others = await Promise.all([1, 2, 3].map(() => keeper.insteadOf(first, WANTED, 401)));
    expect(others.map((other) => other?.credentials)).toEqual([{ token: '2' }, { token: '2' }, { token: '2' }]);
    expect(await keeper.insteadOf(first, WANTED, 401)).toMatchObject({ credentials: { token: '2' } });
    expect(asked).toEqual(['missing', 'refused']);
  });

  test('that are given again are not tried again, nor asked for by every tile', async () => {
    const { keeper, asked, clock } = subject(() => ({ token: 'bad' }));
    const bad = await keeper.get(WANTED);
    expect(await keeper.insteadOf(bad, WANTED, 401)).toBeUndefined();
    expect(await keeper.insteadOf(bad, WANTED, 401)).toBeUndefined();
    expect(asked).toEqual(['missing', 'refused']);
    clock.now += SURE_FOR;
    await keeper.insteadOf(bad, WANTED, 401);
    expect(asked).toEqual(['missing', 'refused', 'refused']);
  });

  test('that were accepted a moment ago are right: a 403 is about the object', async () => {
    let count = 0;
    const { keeper, asked, clock } = subject(() => ({ token: `${++count}` }));
    const good = await keeper.get(WANTED);
    keeper.accepted(good);
    expect(await keeper.insteadOf(good, WANTED, 403)).toBeUndefined();
    expect(asked).toEqual(['missing']);
    clock.now += SURE_FOR;
    expect(await keeper.insteadOf(good, WANTED, 403)).toMatchObject({ credentials: { token: '2' } });
  });
});
