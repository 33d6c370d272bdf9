// SPDX-License-Identifier: Apache-2.0
/** Forwarding options — the return paths with which mail leaves for elsewhere; the tables `[forwarding]` and `[batv]` of the configuration. */
import { z } from 'zod';
import { addressEntries } from '../../core/address-entries.ts';
import { domainName, duration } from '../../core/config-words.ts';

export const forwardingSchema = z
  .strictObject({
    srs: z.boolean().default(true).meta({
      description:
        'Whether forwards to elsewhere leave with a return path of ours (SRS), so that SPF does not refuse them and bounces find back.',
    }),
    domain: domainName(
      'The domain of those return paths: one of ours, whose SPF record names this server. Default: that of the address that forwards.',
    ).optional(),
    resent: z.enum(['never', 'submitter', 'always']).default('submitter').meta({
      description:
        'Whether forwards get Resent-From, Resent-Date and Resent-Message-ID: never, where the next server knows SUBMITTER, or always. Not where a signature that holds forbids it.',
    }),
    rotateAfter: duration(
      '30d',
      'How long one secret signs return paths; those signed before stay good for their time.',
    ),
  })
  .prefault({});

export const batvSchema = z
  .strictObject({
    sign: z.boolean().default(true).meta({
      description:
        'Whether mail of our own senders in our own domains leaves with a signed return path (BATV), by which bounces of forged mail are known.',
    }),
    allMailPassesHere: z.boolean().default(false).meta({
      description:
        'Say true only if all mail of our domains leaves by this server: then bounces to addresses that it did not sign are refused.',
    }),
    exempt: addressEntries(
      'Recipients that get mail with a plain return path: lists that know their writers by it. Lists whose mail came here are known without being named.',
    ),
  })
  .prefault({});

export type ForwardingOptions = z.output<typeof forwardingSchema>;
export type BatvOptions = z.output<typeof batvSchema>;
