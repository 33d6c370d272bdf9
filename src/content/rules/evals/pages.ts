// SPDX-License-Identifier: Apache-2.0
/** Eval tests of HTML: which elements, how much image to how much text, what hides. */
import type { MessageView } from '../message-view.ts';
import { octetsOf } from '../views/octets.ts';
import type { RulePage } from '../views/page.ts';
import type { EvalTest } from './all.ts';
import { between, compares } from './values.ts';

export const pageTests = {
  html_tag_balance: (view, [tag = '', comparison = '']) =>
    view.rendered.pages.some(page => page.inside.has(tag) && compares(page.inside.get(tag) ?? 0, comparison)),
  html_image_only: (view, [min = '0', max = '0']) =>
    view.rendered.pages.some(page => page.opened.has('img') && between(page.sourceChars, min, max)),
  html_image_ratio: (view, [min = '0', max = '0']) =>
    view.rendered.pages.some(page => page.imageArea > 0 && between(page.nonSpaceLength / page.imageArea, min, max)),
  // All languages are welcome unless an operator's rules say otherwise by rules of their own.
  html_charset_faraway: () => false,
  html_tag_exists: (view, [tag = '']) => view.rendered.pages.some(page => page.inside.has(tag)),
  html_test: (view, [name = '']) => view.rendered.pages.some(page => (numberOf(page, name) ?? 0) > 0),
  html_eval: (view, [name = '', comparison = '']) =>
    view.rendered.pages.some(page => {
      const value = numberOf(page, name);
      return value !== undefined && compares(value, comparison);
    }),
  html_range: (view, [name = '', min = '0', max]) =>
    view.rendered.pages.some(page => {
      const value = numberOf(page, name);
      return value !== undefined && between(value, min, max);
    }),
  html_text_match: (view, [name = '', form = '']) => matches(view, name, form, true),
  html_text_not_match: (view, [name = '', form = '']) => matches(view, name, form, false),
  html_title_subject_ratio: (view, [ratio = '0']) => {
    const subject = view.header.text('Subject');
    return (
      subject !== '' &&
      view.rendered.pages.some(page =>
        page.titles.some(title => octetsOf(title).length / subject.length > Number(ratio)),
      )
    );
  },
  check_iframe_src: view =>
    view.rendered.pages.some(page => [...page.links.values()].some(({ types }) => types.has('iframe'))),
} as const satisfies Record<string, EvalTest>;

function numberOf(page: RulePage, name: string): number | undefined {
  switch (name) {
    case 'html':
      return 1;
    case 'ratio':
      return page.sourceLength > 0 ? (page.sourceLength - page.textLength) / page.sourceLength : undefined;
    case 'length':
      return page.sourceChars;
    case 'non_space_len':
      return page.nonSpaceLength;
    case 'min_size':
      return page.minSize;
    case 'max_size':
      return page.maxSize;
    case 'image_area':
      return page.imageArea;
    case 'backhair_count':
      return page.backhair > 0 ? page.backhair : undefined;
    case 'bad_tag_ratio':
      return page.tags > 0 ? (page.tags - page.knownTags) / page.tags : undefined;
    case 'obfuscation_ratio':
      return page.tags > 0 && page.obfuscation > 0 ? page.obfuscation / page.tags : undefined;
    case 'non_element_ratio':
      return page.tagKinds > 0 ? (page.tagKinds - page.knownKinds) / page.tagKinds : undefined;
    case 'closed_extra_ratio':
      return page.tags > 0 ? page.closedExtra / page.tags : undefined;
    default:
      return page.tests.has(name) ? 1 : undefined;
  }
}

function matches(view: MessageView, name: string, form: string, wanted: boolean): boolean {
  const texts = (page: RulePage): readonly string[] =>
    name === 'title' ? page.titles : name === 'anchor' ? page.anchors : name === 'comment' ? page.comments : [];
  const expression = formOf(form);
  return (
    expression !== undefined &&
    view.rendered.pages.some(page =>
      texts(page).some(text => expression.test(octetsOf(text).slice(0, 4_096)) === wanted),
    )
  );
}

/** The few expressions that stand in calls are simple; one that is none of ours never matches. */
function formOf(text: string): RegExp | undefined {
  const flags = /^\(\?([i]+)\)/.exec(text);
  const body = flags ? text.slice(flags[0].length) : text;
  try {
    return new RegExp(body, flags ? 'i' : '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
