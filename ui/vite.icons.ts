// Icons as fixed drawings. The set's own component builds each icon from data when it is shown, shape by shape and
// attribute by attribute, twenty times in a form; the same drawing as markup is one copy.
import type { Plugin } from "vite";

const ICON = /\/@lucide\/svelte\/dist\/icons\/[a-z0-9-]+\.svelte$/;
const DATA = /const iconData = (\{.*\});/;

interface IconData {
  name: string;
  size: number;
  node: [string, Record<string, string>][];
}

/** The icon as a component of markup alone. Of what the set's own takes it takes what is used here: a size, and what
 * it is called; without a name it is for the eyes only. */
function drawing({ name, size, node }: IconData): string {
  const shapes = node.map(([tag, attributes]) => {
    const written = Object.entries(attributes).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return `<${tag} ${written.join(" ")} />`;
  });
  return `<script>let { size = ${size}, role, "aria-label": label, "aria-hidden": hidden } = $props();</script>
<svg class="lucide-${name}" xmlns="http://www.w3.org/2000/svg" width={size} height={size} viewBox="0 0 ${size} ${size}"
  fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"
  {role} aria-label={label} aria-hidden={hidden ?? (label ? undefined : true)}>${shapes.join("")}</svg>`;
}

export function icons(): Plugin {
  return {
    name: "icons",
    enforce: "pre",
    transform(code, id) {
      if (!ICON.test(id)) return null;
      const data = DATA.exec(code)?.[1];
      if (data === undefined) throw new Error(`${id}: the icon set has another form now`);
      return { code: drawing(JSON.parse(data) as IconData), map: null };
    },
  };
}
