import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import MarkdownIt from 'markdown-it';
import { t } from '../shared/i18n';

for (const [name, language] of Object.entries({ bash, c, cpp, csharp, css, diff, go, java, javascript, json, python, rust, sql, typescript, xml, yaml }))
  hljs.registerLanguage(name, language);

/** HTML that a model writes is text: what comes out has only what markdown-it itself makes. */
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: false });

/** The Content-Security-Policy lets only this one make HTML of text. */
interface Policy { createHTML(html: string): string }
const policy: Policy = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes
  ?.createPolicy('cloudia-markdown', { createHTML: html => html }) ?? { createHTML: html => html };

const escape = (text: string): string => markdown.utils.escapeHtml(text);

/** Code that was coloured before: while an answer grows, its earlier blocks come again and again. */
const coloured = new Map<string, string>();
const colouredKept = 200;

/** Longer code is shown as it is: colouring it would hold the page up. */
const longestColoured = 50_000;

function colour(code: string, language: string): string {
  if (!hljs.getLanguage(language) || code.length > longestColoured) return escape(code);
  const key = `${language}\n${code}`;
  let html = coloured.get(key);
  if (html === undefined) {
    if (coloured.size >= colouredKept) coloured.clear();
    html = hljs.highlight(code, { language, ignoreIllegals: true }).value;
    coloured.set(key, html);
  }

  return html;
}

function codeBlock(code: string, info: string): string {
  const language = info.trim().split(/\s+/)[0]!.toLowerCase();
  // Focusable, since it may scroll.
  return `<figure class="code"><figcaption><span>${escape(language || 'text')}</span><button type="button" class="code-copy" aria-label="${escape(t.copyCode)}">${escape(t.copy)}</button></figcaption>`
    + `<pre tabindex="0"><code>${colour(code, language)}</code></pre></figure>\n`;
}

markdown.renderer.rules.fence = (tokens, index) => codeBlock(tokens[index]!.content, tokens[index]!.info);
markdown.renderer.rules.code_block = (tokens, index) => codeBlock(tokens[index]!.content, '');

// A picture would tell its server who reads what, and the policy refuses it: its address is a link.
markdown.renderer.rules.image = (tokens, index) => {
  const address = String(tokens[index]!.attrGet('src') ?? '');
  return `<a href="${escape(address)}" target="_blank" rel="noopener noreferrer nofollow">${escape(tokens[index]!.content || address)}</a>`;
};

markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index]!.attrSet('target', '_blank');
  tokens[index]!.attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, index, options);
};

markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';

// A page has its own headings: an answer's begin below them.
for (const rule of ['heading_open', 'heading_close'] as const) {
  markdown.renderer.rules[rule] = (tokens, index, options, _env, self) => {
    const token = tokens[index]!;
    token.tag = `h${Math.min(Number(token.tag.slice(1)) + 2, 6)}`;
    return self.renderToken(tokens, index, options);
  };
}

/** The same block is the same value, so that what stands on the page stays untouched, and a selection in it too. */
const trusted = new Map<string, string>();
const trustedKept = 2000;

function trust(html: string): string {
  let value = trusted.get(html);
  if (value === undefined) {
    if (trusted.size >= trustedKept) trusted.clear();
    value = policy.createHTML(html);
    trusted.set(html, value);
  }

  return value;
}

/** The text's blocks as HTML, one by one: of a text that grows, those before the last stay what they are. */
export function blocksOf(text: string): string[] {
  const tokens = markdown.parse(text, {});
  const blocks: string[] = [];
  for (let from = 0, to = 0; to < tokens.length; to++) {
    if (tokens[to]!.level !== 0 || tokens[to]!.nesting === 1) continue;
    blocks.push(trust(markdown.renderer.render(tokens.slice(from, to + 1), markdown.options, {})));
    from = to + 1;
  }

  return blocks;
}
