// SPDX-License-Identifier: Apache-2.0
/** Open DNS lists — the lists of the configuration, with an alarm in the log when one is switched off and a line when it is asked again. */
import type { Clock } from '../core/clock.ts';
import type { Dns } from '../core/dns.ts';
import type { Log } from '../core/log.ts';
import { AskedDnsLists, type DnsListsOptions } from '../net/dns-lists/dns-lists.ts';

/** Not started: until `start` a list is tested when it is first asked, and only then. */
export function openDnsLists(options: DnsListsOptions, dns: Dns, clock: Clock, log: Log): AskedDnsLists {
  return new AskedDnsLists(options, {
    dns,
    clock,
    onChange: ({ name, zone, form, fault }) =>
      fault
        ? log.error('DNS list switched off', { list: name, zone, form, reason: fault.code, detail: fault.detail })
        : log.info('DNS list is asked again', { list: name, zone, form }),
  });
}
