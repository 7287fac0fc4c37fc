// Refuses words in .svelte files: every word that a person reads comes from src/words or the catalogue.
import { readFileSync } from "node:fs";
import { globSync } from "./files.mjs";
import { parse } from "svelte/compiler";

const spoken = new Set(["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "placeholder", "title", "alt", "label"]);
const letters = /\p{L}/u;

/** Literal strings that an expression can render, also inside `?:`, `??` and template strings. */
function literals(expression) {
  switch (expression?.type) {
    case "Literal":
      return typeof expression.value === "string" ? [expression.value] : [];
    case "TemplateLiteral":
      return expression.quasis.map((quasi) => quasi.value.cooked);
    case "ConditionalExpression":
      return [...literals(expression.consequent), ...literals(expression.alternate)];
    case "LogicalExpression":
      return [...literals(expression.left), ...literals(expression.right)];
    default:
      return [];
  }
}

function attributeTexts(attribute) {
  if (attribute.type !== "Attribute" || !spoken.has(attribute.name) || attribute.value === true) return [];
  const parts = Array.isArray(attribute.value) ? attribute.value : [attribute.value];
  return parts.flatMap((part) => (part.type === "Text" ? [part.data] : literals(part.expression)));
}

function* walk(node) {
  if (!node || typeof node !== "object") return;
  if (Array.isArray(node)) {
    for (const child of node) yield* walk(child);
    return;
  }
  if (node.type === "Text") yield [node.start, node.data];
  if (node.type === "ExpressionTag") for (const text of literals(node.expression)) yield [node.start, text];
  for (const attribute of node.attributes ?? []) {
    for (const text of attributeTexts(attribute)) yield [attribute.start, text];
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== "attributes" && key !== "expression") yield* walk(child);
  }
}

let n_found = 0;
for (const file of globSync("src", ".svelte")) {
  const source = readFileSync(file, "utf8");
  const ast = parse(source, { modern: true, filename: file });
  for (const [start, text] of walk(ast.fragment)) {
    if (!letters.test(text)) continue;
    n_found += 1;
    const line = source.slice(0, start).split("\n").length;
    console.error(`${file}:${line}: literal text ${JSON.stringify(text.trim())}; move it to src/words`);
  }
}
if (n_found > 0) process.exit(1);
