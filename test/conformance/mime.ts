// SPDX-License-Identifier: Apache-2.0
/**
 * MIME — messages with the parse expected beside them (`NAME.eml`, `NAME.json`): structure, every header field as it is read for its
 * kind, texts, and the names and bytes of files, also of the messages inside. Line ends of texts are compared as line feeds.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import type { MimeMessage, Part } from '../../src/wire/mime/types.ts';
import { fieldDifference, textDifference, type ExpectedField } from './mime/fields.ts';
import { knownGaps } from './mime/gaps.ts';
import type { Miss, Outcome } from './run.ts';
import { readJson, reasonOf, suiteFiles } from './where.ts';

interface ExpectedMessage {
  readonly parts: readonly ExpectedPart[];
  /** Numbers of parts. */
  readonly attachments: readonly number[];
}

interface ExpectedPart {
  readonly headers: readonly ExpectedField[];
  readonly is_encoding_problem: boolean;
  readonly body: {
    readonly Text?: string;
    readonly Html?: string;
    readonly Binary?: readonly number[];
    readonly InlineBinary?: readonly number[];
    readonly Multipart?: readonly number[];
    readonly Message?: ExpectedMessage;
  };
}

/** `path` is a message, its expectation, or a folder of them at any depth. */
export async function run(path: string): Promise<Outcome> {
  const files = (await suiteFiles(path, '.eml')).map(file => file.replace(/(\.crlf)?\.json$/, '.eml'));
  const misses: Miss[] = [];
  for (const file of files) {
    const why = await caseDifference(file).catch(reasonOf);
    if (why === undefined) continue;
    const key = join(basename(dirname(file)), basename(file));
    const known = knownGaps[key];
    misses.push({ name: key, why, ...(known === undefined ? {} : { known }) });
  }
  return { passed: files.length - misses.length, total: files.length, misses };
}

/** Each message is read with line feeds alone and with CRLF, as there are expectations for both. */
async function caseDifference(path: string): Promise<string | undefined> {
  const mail = (await readFile(path)).toString('latin1');
  const forms = [
    { ending: '.json', bytes: mail.replaceAll('\r', '') },
    { ending: '.crlf.json', bytes: mail.replace(/\r?\n/g, '\r\n') },
  ];
  for (const { ending, bytes } of forms) {
    const expectation = path.replace(/\.eml$/, ending);
    // One made elsewhere may have the first form alone.
    if (ending === '.crlf.json' && !existsSync(expectation)) continue;
    const expected = (await readJson(expectation)) as ExpectedMessage;
    const why = differenceOf(parseMessage(Buffer.from(bytes, 'latin1')), expected);
    if (why !== undefined) return `${why} (${ending})`;
  }
  return undefined;
}

function differenceOf(message: MimeMessage, expected: ExpectedMessage): string | undefined {
  const root = expected.parts?.[0];
  return root ? partDifference(message.root, root, expected, message.bytes, 'part 0') : 'nothing is expected';
}

function partDifference(
  part: Part,
  wanted: ExpectedPart,
  message: ExpectedMessage,
  bytes: Buffer,
  place: string,
): string | undefined {
  const field = fieldsDifference(part, wanted);
  if (field !== undefined) return `${place}: ${field}`;
  const { Multipart, Message } = wanted.body;
  if (Multipart) {
    if (part.type !== 'multipart') return `${place}: ${part.type}/${part.subtype}, expected a multipart`;
    const children = Multipart.map(number => message.parts[number]);
    if (children.length !== part.children.length)
      return `${place}: ${part.children.length} parts, expected ${children.length}`;
    for (const [i, child] of part.children.entries()) {
      const inner = children[i];
      const why = inner && partDifference(child, inner, message, bytes, `part ${Multipart[i]}`);
      if (why !== undefined) return why;
    }
    return undefined;
  }
  if (Message) {
    const embedded = part.embedded();
    const inner = part.children[0] ?? embedded?.root;
    const first = Message.parts[0];
    if (!inner || !first) return `${place}: no message inside`;
    return partDifference(inner, first, Message, embedded?.bytes ?? bytes, `${place} / part 0`);
  }
  return leafDifference(part, wanted, bytes, place);
}

function fieldsDifference(part: Part, wanted: ExpectedPart): string | undefined {
  const { fields } = part.headers;
  if (fields.length !== wanted.headers.length) return `${fields.length} fields, expected ${wanted.headers.length}`;
  for (const [i, expected] of wanted.headers.entries()) {
    const field = fields[i];
    const why = field && fieldDifference(field, expected);
    if (why !== undefined) return why;
  }
  return undefined;
}

/**
 * The expectation keeps a body as it came where its own decoding failed, and where it is uuencoded or BinHex, which it does not read;
 * there the body is compared before decoding.
 */
function leafDifference(part: Part, wanted: ExpectedPart, bytes: Buffer, place: string): string | undefined {
  if (part.children.length > 0) return `${place}: ${part.children.length} parts, expected none`;
  const { body } = wanted;
  if (body.Html !== undefined && part.subtype !== 'html')
    return `${place}: ${part.type}/${part.subtype}, expected HTML`;
  const isUndecoded = wanted.is_encoding_problem || part.encoding === 'uuencode';
  const content = isUndecoded ? bytes.subarray(part.bodyStart, part.bodyEnd) : part.content();
  const binary = body.Binary ?? body.InlineBinary;
  if (binary)
    return content.equals(Buffer.from(binary))
      ? undefined
      : `${place}: ${content.length} bytes, expected ${binary.length} others`;
  const text = body.Text ?? body.Html ?? '';
  const why = textDifference(part.text(), text);
  if (why === undefined || (isUndecoded && textDifference(content.toString('latin1'), text) === undefined))
    return undefined;
  return `${place}: ${why}`;
}
