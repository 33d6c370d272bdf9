// SPDX-License-Identifier: Apache-2.0
/** HTML — reading never adds text: seen and hidden together are no longer than the page. */
import { readHtml } from '../../src/wire/mime/html.ts';

export const name = 'html';

export const seeds: Buffer[] = [
  '<html><head><title>A</title><style>.h, #i { display: none } @media (x) { p { color: #fff } }</style></head><body bgcolor=#ffffff>',
  '<p style="color:#fff;font-size:1px">hidden</p><a href="http://example.org/?a&amp;b">text <b>bold</b></a><img src=cid:1 width=1>',
  '<table><tr><td class=h>a<td>b<tr><td>c</table><!-- comment --><script>if (1 < 2) {}</script>&eacute;&#x3042;&#150;&nbsp',
  '<div hidden>x</div><form action=x><input type=image src=y></form><meta http-equiv=refresh content="0;url=http://x.example/">',
].map(text => Buffer.from(text));

export function run(bytes: Buffer): void {
  const html = bytes.toString('utf8');
  const { text, hidden, links, images, tags } = readHtml(html);
  if (text.length + hidden.length > html.length * 2 + 10) throw new Error('text came from nowhere');
  if (links.some(link => link.text.length > 500) || links.length + images.length > tags.length)
    throw new Error('links came from nowhere');
}
