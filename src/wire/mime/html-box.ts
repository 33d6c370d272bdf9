// SPDX-License-Identifier: Apache-2.0
/** HTML box — what an open element makes of the text in it: whether it can be seen there, by what it says and what it inherits. */
import { isNear, transparent } from './html-colours.ts';
import { isUnreadable, type Style } from './html-style.ts';

export interface Box {
  readonly isGone: boolean;
  readonly isInvisible: boolean;
  readonly px: number;
  readonly colour: number;
  readonly background: number;
  /** Whether the page says the background; else it is taken for white. */
  readonly isBackgroundSaid: boolean;
}

export const page: Box = {
  isGone: false,
  isInvisible: false,
  px: 16,
  colour: 0x000000,
  background: 0xffffff,
  isBackgroundSaid: false,
};

const linkColour = 0x0000ee;

/** Elements whose text is never shown. */
const unseen: ReadonlySet<string> = new Set(['template', 'datalist']);

export function boxWithin(outer: Box, name: string, style: Style | undefined): Box {
  if (!style && name !== 'a' && !unseen.has(name)) return outer;
  const size = style?.size;
  const isSaid = style?.background !== undefined && style.background !== transparent;
  return {
    isGone: outer.isGone || (style?.isGone ?? false) || unseen.has(name),
    isInvisible: style?.isInvisible ?? outer.isInvisible,
    px: size === undefined ? outer.px : 'px' in size ? size.px : outer.px * size.factor,
    colour: style?.colour ?? (name === 'a' ? linkColour : outer.colour),
    background: isSaid ? (style?.background ?? outer.background) : outer.background,
    isBackgroundSaid: isSaid || outer.isBackgroundSaid,
  };
}

/** `isWhiteSure`: no rule that we could not follow may have given the page another background. */
export function isHidden(box: Box, isWhiteSure: boolean): boolean {
  if (box.isGone || box.isInvisible || isUnreadable(box.px) || box.colour === transparent) return true;
  return (box.isBackgroundSaid || isWhiteSure) && isNear(box.colour, box.background);
}
