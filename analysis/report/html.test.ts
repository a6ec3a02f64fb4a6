import { expect, it } from "vitest";
import { html, trusted } from "./html.ts";
import { rawLink } from "./parts.ts";

it("escapes every value, in text and in attributes, and nothing twice", () => {
  const evil = `<script>"'&\``;
  expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
    '<p title="&#60;script&#62;&#34;&#39;&#38;&#96;">&#60;script&#62;&#34;&#39;&#38;&#96;</p>',
  );
  expect(html`<b>${html`<i>${"<"}</i>`}</b>`.text).toBe("<b><i>&#60;</i></b>");
});

it("joins lists and leaves out what is not there", () => {
  expect(html`${["a", html`<br>`, "<"]}|${null}${undefined}${false}|${0}`.text).toBe("a<br>&#60;||0");
  expect(html`${trusted("<svg>")}`.text).toBe("<svg>");
});

it("links files of the campaign only", () => {
  expect(rawLink("raw/b0.c1.a1/out put#1.txt").text).toContain('href="../raw/b0.c1.a1/out%20put%231.txt"');
  for (const path of ["/etc/passwd", "../other", "raw/../../x", "raw//x"])
    expect(rawLink(path).text).not.toContain("href");
  expect(rawLink("javascript:alert(1)").text).toContain('href="../javascript%3Aalert(1)"');
});
