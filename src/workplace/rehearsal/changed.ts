// SPDX-License-Identifier: Apache-2.0
/** Changed — which checks may say something else under another configuration, so that what they said is not enough. */
import { checks } from '../../checks.generated.ts';
import type { AnyCheck } from '../../check/check.ts';
import type { Config } from '../../config.ts';

/** Settings, and what stood in the file: two options that are objects of a class cannot be compared, what was written can. */
export interface Settings {
  readonly config: Config;
  readonly written: unknown;
}

/** Sections that no check's finding depends on. */
const besides = new Set([
  'checks',
  'policy',
  'listen',
  'tls',
  'smtp',
  'delivery',
  'forwarding',
  'retention',
  'log',
  'dns',
  'greet',
]);
/** Sections on which findings about the text depend; the others are about who connects. */
const ofText = new Set(['authentication', 'learning']);
/** What is weighed anew without asking. */
const weighed = new Set(['mode', 'weights', 'onUnavailable']);

/** By their names: those that were off, or whose own options are written otherwise. */
export function changedChecks(before: Settings, after: Settings): ReadonlySet<string> {
  const other = Object.keys(after.config).filter(
    section => !besides.has(section) && differ(inside(before.written, section), inside(after.written, section)),
  );
  const isTextTouched = other.some(section => ofText.has(section));
  const isOfText = ({ stage }: AnyCheck): boolean => stage === 'message' || stage === 'mailbox';
  const options = ({ written }: Settings, name: string) => {
    const all = inside(inside(written, 'checks'), name);
    return Object.entries(typeof all === 'object' && all !== null ? all : {}).filter(([key]) => !weighed.has(key));
  };
  return new Set(
    checks
      .filter((check: AnyCheck) => {
        const [then, now] = [before.config.checks[check.name], after.config.checks[check.name]];
        if (!now || now.mode === 'off') return false;
        if (!then || then.mode === 'off' || differ(options(before, check.name), options(after, check.name)))
          return true;
        return isOfText(check) ? isTextTouched : other.length > 0;
      })
      .map(({ name }) => name),
  );
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
