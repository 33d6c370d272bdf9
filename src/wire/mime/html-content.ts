// SPDX-License-Identifier: Apache-2.0
/** HTML content — what reading an HTML text gives, and how much of it. */
export interface HtmlContent {
  /** What a person sees; blocks and line breaks are line feeds. */
  readonly text: string;
  readonly hidden: string;
  readonly links: readonly HtmlLink[];
  readonly images: readonly HtmlImage[];
  /** Short attribute and style values in lower case, such as `ff0000`, `100%`, `none`. */
  readonly attributes: readonly string[];
  /** Names of opening tags in order. */
  readonly tags: readonly string[];
  readonly title: string;
  /** Of `<base href>`; empty if none. */
  readonly base: string;
  readonly hasForm: boolean;
  readonly hasScript: boolean;
  /** Frames, objects and embedded things. */
  readonly hasFrame: boolean;
  /** Where `<meta http-equiv=refresh>` leads; empty if nowhere. */
  readonly refresh: string;
}

export interface HtmlLink {
  /** As written, entities decoded and line ends taken out. */
  readonly href: string;
  /** What a person sees of it, at most 500 signs. */
  readonly text: string;
}

export interface HtmlImage {
  readonly src: string;
  /** As written; empty if not said. */
  readonly width: string;
  readonly height: string;
  readonly alt: string;
}

export interface HtmlLimits {
  /** UTF-16 units read. */
  readonly length: number;
  readonly links: number;
  readonly images: number;
  readonly tags: number;
  readonly attributes: number;
}
