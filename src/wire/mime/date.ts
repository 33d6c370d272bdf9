// SPDX-License-Identifier: Apache-2.0
/**
 * Date — the Date field and the end of Received (RFC 5322 3.3 and 4.3), and the other forms that programs write: names of zones,
 * two-digit years, `ctime`, ISO 8601. Undefined if no date can be read or it is none, such as 31 February.
 */
import { readPlainDate } from './plain-date.ts';

export interface MailDate {
  /** Unix time in ms. */
  readonly at: number;
  /** East of Greenwich; 0 if no zone is given or it is unknown. */
  readonly zoneMinutes: number;
  /** As RFC 5322 3.3 has it: four-digit year, numeric zone, and the right day of the week if one is named. */
  readonly isStrict: boolean;
}

interface Read {
  readonly year: string;
  readonly month: number;
  readonly day: string;
  readonly time: string;
  readonly zone: string;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** What programs name in mail, in minutes; those that stand for several zones are left out, but for the American ones of RFC 5322 4.3. */
const zones: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  akdt: -480,
  hst: -600,
  ast: -240,
  adt: -180,
  nst: -210,
  ndt: -150,
  bst: 60,
  cet: 60,
  met: 60,
  mez: 60,
  cest: 120,
  mest: 120,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  msd: 240,
  jst: 540,
  kst: 540,
  hkt: 480,
  sgt: 480,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
};

const timeForm = String.raw`(\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2}(?:[.,]\d+)?)?(?:\s*[ap]m)?)`;
const forms: readonly { readonly form: RegExp; readonly read: (parts: readonly string[]) => Read }[] = [
  {
    // 1 Jul 2003 10:52:37 +0200, also with dashes and without a zone
    form: new RegExp(String.raw`(?:^|[\s,])(\d{1,2})[\s-]*([a-z]{3,9})[\s,.-]*(\d{2,4})[\s,]+${timeForm}\s*(.*)$`, 'i'),
    read: ([, day = '', month = '', year = '', time = '', zone = '']) => ({
      year,
      month: monthOf(month),
      day,
      time,
      zone,
    }),
  },
  {
    // Sep 14 14:36:56 EDT 2018
    form: new RegExp(String.raw`(?:^|[\s,])([a-z]{3,9})\s+(\d{1,2}),?\s+${timeForm}\s*(\S*?)\s*(\d{4})\s*(.*)$`, 'i'),
    read: ([, month = '', day = '', time = '', zone = '', year = '', rest = '']) => ({
      year,
      month: monthOf(month),
      day,
      time,
      zone: zone || rest,
    }),
  },
  {
    // Jul 1, 2003 10:52:37 AM
    form: new RegExp(String.raw`(?:^|[\s,])([a-z]{3,9})\s+(\d{1,2}),?\s+(\d{4}),?\s+${timeForm}\s*(.*)$`, 'i'),
    read: ([, month = '', day = '', year = '', time = '', zone = '']) => ({
      year,
      month: monthOf(month),
      day,
      time,
      zone,
    }),
  },
  {
    // 2003-07-01T10:52:37+02:00
    form: new RegExp(String.raw`(?:^|\s)(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T\s]+${timeForm}\s*(.*)$`, 'i'),
    read: ([, year = '', month = '', day = '', time = '', zone = '']) => ({
      year,
      month: Number(month) - 1,
      day,
      time,
      zone,
    }),
  },
  {
    // 20 11 79 05:34:27 -0300
    form: new RegExp(String.raw`^(\d{1,2})\s+(\d{1,2})\s+(\d{2,4})\s+${timeForm}\s*(.*)$`, 'i'),
    read: ([, day = '', month = '', year = '', time = '', zone = '']) => ({
      year,
      month: Number(month) - 1,
      day,
      time,
      zone,
    }),
  },
];

/** RFC 5322 3.3 without comments. */
const strictForm = /^(?:([A-Z][a-z]{2}), {1,2})?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? [+-]\d{4}$/;
/** No honest date is longer; what follows is not looked at. */
const lengthLimit = 300;

export function parseDate(text: string): MailDate | undefined {
  const cut = text.length > lengthLimit ? text.slice(0, lengthLimit) : text;
  return readPlainDate(cut) ?? readAnyDate(cut);
}

function readAnyDate(cut: string): MailDate | undefined {
  const bare = withoutComments(cut);
  if (bare === undefined) return undefined;
  const clean = bare
    .slice(bare.lastIndexOf(';') + 1)
    .replace(/\s+/g, ' ')
    .trim();
  for (const { form, read } of forms) {
    const parts = form.exec(clean);
    const date = parts ? dateOf(read(parts), clean) : undefined;
    if (date) return date;
  }
  return undefined;
}

function dateOf({ year: yearText, month, day: dayText, time, zone }: Read, clean: string): MailDate | undefined {
  const read = /^(\d+)[:.](\d+)(?:[:.](\d+))?(?:[.,]\d+)?\s*([ap]m)?$/i.exec(time);
  if (!read) return undefined;
  const half = read[4]?.toLowerCase();
  const hour = half ? (Number(read[1]) % 12) + (half === 'pm' ? 12 : 0) : Number(read[1]);
  const [minute, second] = [Number(read[2]), Number(read[3] ?? 0)];
  const [year, day] = [fullYear(yearText), Number(dayText)];
  // 60 is a leap second.
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return undefined;
  const local = Date.UTC(year, month, day, hour, minute, second);
  const midnight = new Date(Date.UTC(year, month, day));
  // A day that the month does not have would be counted into the next.
  if (day < 1 || midnight.getUTCDate() !== day || midnight.getUTCFullYear() !== year) return undefined;
  const zoneMinutes = zoneOf(zone) ?? 0;
  const strict = strictForm.exec(clean);
  const isRightDay = strict?.[1] === undefined || weekdays[midnight.getUTCDay()] === strict[1].toLowerCase();
  return { at: local - zoneMinutes * 60_000, zoneMinutes, isStrict: strict !== null && isRightDay };
}

/** RFC 5322 4.3. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return text.length === 3 ? 1900 + year : year;
}

function monthOf(name: string): number {
  return months.indexOf(name.slice(0, 3).toLowerCase());
}

/** Minutes east; undefined if it says nothing, as `-0000`, the letters of soldiers, and names that nobody knows. */
function zoneOf(text: string): number | undefined {
  const offset = /^(?:(?:gmt|utc?)\s*)?([+-])(\d{1,2}):?(\d{2})?(?!\d)/i.exec(text);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    // Clocks of the world go from -12:00 to +14:00; programs with a wrong one write nonsense.
    return minutes > 24 * 60 ? undefined : offset[1] === '-' ? -minutes : minutes;
  }
  const name = /^[a-z]+/i.exec(text)?.[0].toLowerCase() ?? '';
  return Object.hasOwn(zones, name) ? zones[name] : undefined;
}

/** Comments may nest; undefined if one never ends. */
function withoutComments(text: string): string | undefined {
  if (!text.includes('(')) return text;
  let out = '';
  let depth = 0;
  let opened = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\' && depth > 0) at++;
    else if (sign === '(') {
      if (depth++ === 0) opened = out.length;
    } else if (sign === ')' && depth > 0) depth--;
    else if (depth === 0) out += sign;
  }
  // One that never ends after a whole date, as `(JST`, hides nothing.
  if (depth > 0) return opened > 20 ? out.slice(0, opened) : undefined;
  return out;
}
