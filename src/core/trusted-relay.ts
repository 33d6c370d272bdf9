// SPDX-License-Identifier: Apache-2.0
/**
 * Trusted relay — a server of ours, or one that we believe, that hands on what others sent: it is nobody's to judge, and who sent stands in what it wrote
 * (way/relayed.ts). Until that is read the client is nobody in particular: an address that nobody has, by which nothing is judged.
 */
import { clientFromNowhere, type Client } from './client.ts';

export function relayedBy({ ip, port }: Client): Client {
  return { ...clientFromNowhere(), relay: { ip, port } };
}
