// SPDX-License-Identifier: Apache-2.0
/**
 * Page — what somebody sees who opens a link: which message waits, two questions, and what became of it. Says nothing of the message but its sender's domain and
 * when it came, since a stranger may open the link. Everything that is not ours is escaped. Works without JavaScript.
 */
import type { Standing } from '../../core/challenge.ts';
import { toULabels } from '../../core/domain.ts';
import { harmless } from '../../core/harmless.ts';
import { fill, type Details, type Language, type Sentence } from '../../core/sentence.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { kinds, ones, tens, words } from './words.ts';

export type PageOf = Standing | { readonly kind: 'busy' | 'trouble' };

export interface PageParts {
  readonly language: Language;
  /** The mail server's name. */
  readonly host: string;
  /** What may be styled and run, by the policy that goes with it. */
  readonly nonce: string;
}

export function page(of: PageOf, parts: PageParts): string {
  const { language, host, nonce } = parts;
  const { title, body, isDone } = content(of, parts);
  const other = language === 'ja' ? 'en' : 'ja';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${style}</style>
</head>
<body>
<div class="page">
<header><span>${escape(host)}</span><a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLanguage[language]}</a></header>
<main${isDone ? ' class="done"' : ''}>
<h1>${escape(title)}</h1>
${body}
</main>
${of.kind === 'open' ? `<p class="small">${words.privacy[language]}</p>` : ''}
</div>
${of.kind === 'open' ? `<script nonce="${nonce}">${script}</script>` : ''}
</body>
</html>
`;
}

/** Safe in text and in quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}

interface Content {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  readonly isDone?: boolean;
}

function content(of: PageOf, parts: PageParts): Content {
  const { language } = parts;
  switch (of.kind) {
    case 'open':
      return asks(of, parts);
    case 'proven': {
      const details = detailsOf(of, parts);
      const isKept = of.what === 'kept';
      const said = isKept ? [words.keptDone, words.keptListed] : [words.deferredDone, words.deferredListed];
      const title = isKept ? words.keptDoneTitle : words.deferredDoneTitle;
      const all = of.isNow ? said : [words.before, ...said.slice(0, 1)];
      return {
        title: title[language],
        body: all.map(one => paragraph(one, details, language)).join('\n'),
        isDone: true,
      };
    }
    case 'unknown':
    case 'expired':
    case 'gone':
    case 'soon':
    case 'closed':
    case 'busy':
    case 'trouble':
      return { title: words[`${of.kind}Title`][language], body: paragraph(words[of.kind], {}, language) };
  }
}

type Open = Extract<Standing, { kind: 'open' }>;

function asks(of: Open, parts: PageParts): Content {
  const { language } = parts;
  const details = detailsOf(of, parts);
  const isKept = of.what === 'kept';
  const { puzzle, work } = of;
  const number = {
    tens: tens[puzzle.tens / 10 - 2]?.[language] ?? String(puzzle.tens),
    ones: ones[puzzle.ones - 1]?.[language] ?? String(puzzle.ones),
  };
  const things = puzzle.things.map(({ kind, thing }, i) => {
    const name = kinds[kind]?.things[thing]?.[language] ?? '';
    return `<label><input type="radio" name="choice" value="${i}" required> <span>${escape(name)}</span></label>`;
  });
  return {
    title: words.asksTitle[language],
    body: `${alert(of, language)}${paragraph(isKept ? words.kept : words.deferred, details, language)}
${paragraph(isKept ? words.keptNext : words.deferredNext, details, language)}
<form method="post" autocomplete="off">
<input type="hidden" name="lang" value="${language}">
<input type="hidden" name="work" value="">
<fieldset>
<label class="asks" for="sum">${escape(fill(words.sum, number, language))}</label>
<input type="text" id="sum" name="sum" inputmode="numeric" maxlength="30" required aria-describedby="sum-hint">
<span class="hint" id="sum-hint">${words.sumHint[language]}</span>
</fieldset>
<fieldset>
<legend>${escape(kinds[puzzle.kind]?.asks[language] ?? '')}</legend>
<div class="things">
${things.join('\n')}
</div>
</fieldset>
<div class="work" id="work" hidden data-salt="${escape(work.salt)}" data-bits="${work.bits}" data-worked="${words.worked[language]}" data-waiting="${words.waiting[language]}">
<p role="status">${words.working[language]}</p>
<progress max="1" value="0" aria-label="${words.working[language]}"></progress>
</div>
<button type="submit">${words.send[language]}</button>
</form>
<p class="hint last">${words.notYours[language]}</p>`,
  };
}

function alert({ wasWrong, wasEarly, waitMs, triesLeft }: Open, language: Language): string {
  const seconds = Math.ceil(waitMs / 1_000);
  const said = [
    ...(wasWrong ? [fill(words.wrong, { left: triesLeft }, language)] : []),
    ...(wasEarly ? [fill(words.early, { seconds }, language)] : []),
    ...(!wasEarly && waitMs > 0 ? [fill(words.wait, { seconds }, language)] : []),
  ];
  return said.length > 0
    ? `<p class="alert" role="alert">${escape(said.join(language === 'ja' ? '' : ' '))}</p>\n`
    : '';
}

function paragraph(sentence: Sentence, details: Details, language: Language): string {
  return `<p>${escape(fill(sentence, details, language))}</p>`;
}

function detailsOf({ domain, at }: { readonly domain: string; readonly at: number }, parts: PageParts): Details {
  const { language, host } = parts;
  return {
    // A sender's domain is a stranger's text: shortened, and without what turns the order of reading.
    domain: domain === '' ? words.nobody[language] : harmless(toULabels(domain)).slice(0, 100),
    time: timeIn(at, language),
    host,
  };
}

function timeIn(at: number, language: Language): string {
  const format = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: language === 'ja' ? 'Asia/Tokyo' : 'UTC',
  });
  return `${format.format(at)}${language === 'ja' ? '（日本時間）' : ' UTC'}`;
}
