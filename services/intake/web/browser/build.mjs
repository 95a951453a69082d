// Bundles the page's scripts, compiles the stylesheet and copies the fonts into ../static/built/, named by content.
// manifest.json there gives each file's name and its integrity (SRI, SHA-384). Run: node build.mjs [folder]
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.dirname(here);
const target = path.resolve(process.argv[2] ?? path.join(web, "static", "built"));
const fonts = path.join(here, "node_modules", "@fontsource-variable", "atkinson-hyperlegible-next", "files");
const ENTRIES = ["guidance.js", "form.js", "follow.js"];
const manifest = {};
const files = {};

function add(name, bytes) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  manifest[name] = { file: `${stem}-${hash}${ext}`, integrity };
  files[manifest[name].file] = bytes;
}

async function addScripts() {
  const entries = ENTRIES.filter((entry) => existsSync(path.join(here, entry)));
  for (const entry of entries) {
    const { outputFiles } = await build({
      entryPoints: [path.join(here, entry)],
      bundle: true, // whole: integrity does not reach what a script imports
      minify: true,
      format: "esm",
      target: ["es2022"],
      external: ["crypto"], // the libraries' way for Node; a browser has its own and never asks
      write: false,
      logLevel: "warning",
    });
    add(entry, Buffer.from(outputFiles[0].contents));
  }
}

async function addFonts() {
  for (const name of (await readdir(fonts)).filter((each) => each.endsWith(".woff2")).sort()) {
    add(name, await readFile(path.join(fonts, name)));
  }
}

async function addIcon() {
  add("candour.svg", await readFile(path.join(web, "static", "candour.svg")));
}

/** The stylesheet names a font `url("fonts/NAME.woff2")`; here that becomes the name by content. */
function addStyles() {
  const source = path.join(web, "styles", "candour.scss");
  if (!existsSync(source)) return;
  const loadPaths = [path.join(here, "node_modules")];
  const { css } = compile(source, { loadPaths, style: "compressed", quietDeps: true });
  const named = css.replace(/url\("?fonts\/([^")]+)"?\)/g, (_, name) => {
    if (!manifest[name]) throw new Error(`no such font: ${name}`);
    return `url("${manifest[name].file}")`;
  });
  add("candour.css", Buffer.from(named));
}

async function write() {
  const fresh = `${target}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(fresh, name), bytes);
  await writeFile(path.join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

await addScripts();
await addFonts();
await addIcon();
addStyles();
await write();
