// SPDX-License-Identifier: Apache-2.0
/** Rule symbols — how a rule is named in the verdict: SpamAssassin has names such as `SPF_FAIL` that ours have too. */
export const symbolPrefix = 'RULES_';
