// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { configSchema } from '../config.ts';
import { readConfig, readToml } from './config-file.ts';
import { showConfig, tomlOf } from './config-show.ts';

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });

function shown(toml: string): ReadonlyMap<string, string> {
  return new Map(rows(toml).map(({ key, value }) => [key, tomlOf(value)]));
}

function rows(toml: string) {
  const [read, raw] = [readConfig(toml, configSchema), readToml(toml)];
  assert.ok(read.ok && raw.ok, read.ok ? '' : read.problems.join('\n'));
  return showConfig(raw.value, read.value, schema);
}

const textOf = (toml: string): string =>
  rows(toml)
    .map(({ key, value }) => `${key} = ${tomlOf(value)}\n`)
    .join('');

/** Files as people could write them: every kind of value in places of their own. */
const files = fc
  .record(
    {
      'server.processes': fc.oneof(fc.constant('"auto"'), fc.integer({ min: 1, max: 256 }).map(String)),
      'server.drain': duration(),
      'server.relayFrom': fc.constantFrom('[]', '["10.0.0.0/8", "2001:db8::/32"]'),
      'server.hostname': fc.constantFrom('"mx.example.jp"', '"MX.例え.jp"'),
      'tls.certificate': fc.string({ unit: 'grapheme' }).map(tomlOf),
      'tls.key': fc.constantFrom('"/a\\tb"', '"\\u202e"', '"\\u007f\\U000e0041"'),
      'delivery.retryAfter': fc.array(duration(), { minLength: 1, maxLength: 5 }).map(list => `[${list.join(', ')}]`),
      'delivery.returnWholeUpTo': fc
        .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom('B', 'kB', 'MB', 'KiB', 'MiB', 'GiB'))
        .map(([count, unit]) => `"${count}${unit}"`),
      'delivery.smartHost': fc.constantFrom('{ host = "mx.example.jp" }', '{ host = "::1", port = 587 }'),
      'policy.rejectAt': fc.oneof(
        fc.constant('"never"'),
        fc.double({ min: -1_000, max: 1_000, noNaN: true }).map(plain),
      ),
      'policy.actions.OWN_SYMBOL': fc.constantFrom('"mark"', '"reject"'),
      'policy.actions.CLIENT_BLOCKED': fc.constant('"defer"'),
      'checks.spf.weights.SPF_FAIL': fc.double({ min: -100, max: 100, noNaN: true }).map(plain),
      'checks.keywords.weights.MINE': fc.constant('3'),
      'checks.keywords.words': fc.constantFrom('{ "\\u202e$" = 1 }', '{}'),
      'checks.client-list.block': fc.constantFrom('[]', '["192.0.2.0/24"]'),
    },
    { requiredKeys: [] },
  )
  .map(keys =>
    Object.entries(keys)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join(''),
  );

function duration(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'))
    .map(([count, unit]) => `"${count}${unit}"`);
}

function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6);
}

describe('the configuration as it is shown', () => {
  it('can be read back and says the same, whatever the file says', () => {
    fc.assert(
      fc.property(files, toml => {
        const [before, after] = [readConfig(toml, configSchema), readConfig(textOf(toml), configSchema)];
        assert.ok(before.ok);
        assert.deepEqual(after, before);
      }),
      { numRuns: 200 },
    );
  });

  it('holds times and sizes in the words of the file', () => {
    const all = shown(
      '[server]\ndrain = "90s"\n[delivery]\nreturnWholeUpTo = "2048B"\nretryAfter = ["60m", "36h", "1ms", "0s"]\n',
    );
    assert.equal(all.get('server.drain'), '"90s"');
    assert.equal(all.get('delivery.returnWholeUpTo'), '"2048B"');
    assert.equal(all.get('delivery.retryAfter'), '["60m", "36h", "1ms", "0s"]');
    assert.equal(all.get('smtp.messageSize'), '"25MB"');
    assert.equal(all.get('smtp.headerSize'), '"1MB"');
  });

  it('tells what stands in the file from what is a default', () => {
    const all = new Map(
      rows('[server]\ndrain = "30s"\n[policy.actions]\nOWN = "mark"\n').map(one => [one.key, one.isSet]),
    );
    assert.equal(all.get('server.drain'), true);
    assert.equal(all.get('server.maxHops'), false);
    assert.equal(all.get('policy.actions.OWN'), true);
    assert.equal(all.get('policy.actions.CLIENT_BLOCKED'), false);
    assert.ok(rows('').length > 50);
    assert.deepEqual(
      rows('').filter(one => one.isSet),
      [],
    );
  });

  it('has no line for what has no value', () => {
    assert.equal(shown('').has('tls.certificate'), false);
    assert.equal(shown('').has('delivery.smartHost.port'), false);
    assert.equal(shown('[delivery.smartHost]\nhost = "mx"\n').get('delivery.smartHost.port'), '25');
  });
});
