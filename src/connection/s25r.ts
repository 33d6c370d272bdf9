// SPDX-License-Identifier: Apache-2.0
/**
 * S25R — the seven rules by which 浅見秀雄 (Selective SMTP Rejection, 2004) tells the names of end users' lines from those of mail servers.
 * A client has its name only where the name leads back to it; else it is `unknown`, which is rule 0. The first rule that matches is the one.
 */
export const s25rRules: readonly RegExp[] = [
  /^unknown$/,
  /^[^.]*[0-9][^0-9.]+[0-9].*\./,
  /^[^.]*[0-9]{5}/,
  /^([^.]+\.)?[0-9][^.]*\.[^.]+\..+\.[a-z]/,
  /^[^.]*[0-9]\.[^.]*[0-9]-[0-9]/,
  /^[^.]*[0-9]\.[^.]*[0-9]\.[^.]+\..+\./,
  /^(dhcp|dialup|ppp|[achrsvx]?dsl)[^.]*[0-9]/,
];

/** The number of the rule that the name matches; undefined if none. Time is bounded: a label has 63 signs, a name 253. */
export function s25rRule(name: string): number | undefined {
  const rule = s25rRules.findIndex(one => one.test(name));
  return rule < 0 ? undefined : rule;
}
