// SPDX-License-Identifier: Apache-2.0
/** Message view — one message as all rules look at it; each view is made when first asked for, once. */
import type { MimeMessage, Part } from '../../wire/mime/types.ts';
import { leavesOf, pageIn, rawChunks, renderBody, wholeText, type Rendered } from './views/body-views.ts';
import { HeaderView } from './views/header-view.ts';
import type { RulePage } from './views/page.ts';
import { readHop, type RelayHop } from './views/received.ts';
import { Relays, type Networks } from './views/relays.ts';
import { urisOf, type RuleUri } from './views/uri-view.ts';

export interface RuleMessage {
  readonly mime: MimeMessage;
  /** From the envelope; undefined where it is not known. */
  readonly envelopeFrom: string | undefined;
  /** The client that handed the message to us, which no field of it tells of yet. */
  readonly client: RelayHop | undefined;
}

export interface ViewSettings {
  readonly trusted: Networks;
  readonly internal: Networks;
  readonly redirectors: readonly RegExp[];
}

const hopLimit = 50;

export class MessageView {
  readonly mime: MimeMessage;
  readonly header: HeaderView;
  readonly #message: RuleMessage;
  readonly #settings: ViewSettings;
  #leaves: readonly Part[] | undefined;
  #relays: Relays | undefined;
  #unreadableHops = 0;
  #rendered: Rendered | undefined;
  #raw: readonly string[] | undefined;
  #whole: string | undefined;
  #uris: readonly RuleUri[] | undefined;
  readonly #pages = new Map<Part, RulePage>();
  readonly #partHeaders = new Map<Part, HeaderView>();

  constructor(message: RuleMessage, settings: ViewSettings) {
    this.mime = message.mime;
    this.#message = message;
    this.#settings = settings;
    this.header = new HeaderView({
      headers: message.mime.headers,
      bytes: message.mime.bytes,
      relays: () => this.relays,
      envelopeFrom: () => this.envelopeFrom,
    });
  }

  get leaves(): readonly Part[] {
    return (this.#leaves ??= leavesOf(this.mime));
  }

  get relays(): Relays {
    return (this.#relays ??= this.#readRelays());
  }

  /** Received fields that cannot be read. */
  get unreadableHops(): number {
    this.#relays ??= this.#readRelays();
    return this.#unreadableHops;
  }

  get rendered(): Rendered {
    return (this.#rendered ??= renderBody(
      this.leaves,
      this.header.list({ name: 'Subject', take: new Set() }).at(-1) ?? '',
      part => this.pageOf(part),
    ));
  }

  /** Of a part in HTML. */
  pageOf(part: Part): RulePage {
    let page = this.#pages.get(part);
    if (!page) {
      page = pageIn(part);
      this.#pages.set(part, page);
    }
    return page;
  }

  get raw(): readonly string[] {
    return (this.#raw ??= rawChunks(this.leaves));
  }

  get whole(): string {
    return (this.#whole ??= wholeText(this.mime));
  }

  get uris(): readonly RuleUri[] {
    return (this.#uris ??= urisOf(this.rendered.lines, this.rendered.pages, this.#settings.redirectors));
  }

  /** The header of a part. */
  headerOf(part: Part): HeaderView {
    let view = this.#partHeaders.get(part);
    if (!view) {
      view = new HeaderView({
        headers: part.headers,
        bytes: this.mime.bytes,
        relays: () => this.relays,
        envelopeFrom: () => undefined,
      });
      this.#partHeaders.set(part, view);
    }
    return view;
  }

  /** From the envelope; where that is not known, what the fields of the last hop say of it. */
  get envelopeFrom(): string | undefined {
    if (this.#message.envelopeFrom !== undefined) return this.#message.envelopeFrom;
    const said = (this.relays.untrusted[0] ?? this.relays.trusted.at(-1))?.envelopeFrom ?? '';
    if (said.indexOf('@') > 0) return said;
    const firstReceived = this.mime.headers.fields.findIndex(({ key }) => key === 'received');
    for (const name of ['x-envelope-from', 'envelope-sender', 'return-path']) {
      const place = this.mime.headers.fields.findIndex(({ key }) => key === name);
      const isAbove = place >= 0 && (firstReceived < 0 || place < firstReceived);
      const [address] = this.header.list({ name, take: new Set(['first', 'addr']) });
      if (isAbove && address !== undefined) return address;
      if (name === 'x-envelope-from' && address !== undefined) return undefined;
    }
    return undefined;
  }

  #readRelays(): Relays {
    const fields = this.mime.headers
      .all('received')
      .slice(0, hopLimit)
      .map(field => {
        const hop = readHop(field.raw);
        if (hop === undefined) this.#unreadableHops++;
        return hop === 'nothing' ? undefined : hop;
      });
    return new Relays(fields, this.#message.client, this.#settings);
  }
}
