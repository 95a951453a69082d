// Bundles the page's scripts, compiles the stylesheet and copies the fonts into ../static/built/, named by content, and
// the same for router's console into its own folder. manifest.json there gives each file's name and its integrity
// (SRI, SHA-384). Run: node build.mjs [folder [the console's folder]]; with one folder, the page alone.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.dirname(here);
const console_ = path.join(web, "..", "..", "router", "console");
const [pageFolder, consoleFolder] = process.argv.slice(2);
const fonts = path.join(here, "node_modules", "@fontsource-variable", "atkinson-hyperlegible-next", "files");
const PAGE = {
  scripts: ["guidance.js", "form.js", "follow.js", "post.js"].map((name) => path.join(here, name)),
  style: path.join(web, "styles", "candour.scss"),
  target: path.resolve(pageFolder ?? path.join(web, "static", "built")),
};
const CONSOLE = {
  scripts: [path.join(console_, "browser", "passkeys.js")],
  style: path.join(console_, "styles", "console.scss"),
  target: path.resolve(consoleFolder ?? path.join(console_, "static", "built")),
};
const loadPaths = [path.join(here, "node_modules"), path.join(web, "styles")];
let manifest = {};
let files = {};

function add(name, bytes) {
  const { name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const integrity = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  manifest[name] = { file: `${stem}-${hash}${ext}`, integrity };
  files[manifest[name].file] = bytes;
}

async function addScripts(scripts) {
  for (const entry of scripts.filter((each) => existsSync(each))) {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true, // whole: integrity does not reach what a script imports
      minify: true,
      format: "esm",
      target: ["es2022"],
      external: ["crypto"], // the libraries' way for Node; a browser has its own and never asks
      write: false,
      logLevel: "warning",
    });
    add(path.basename(entry), Buffer.from(outputFiles[0].contents));
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
function addStyles(source) {
  if (!existsSync(source)) return;
  const { css } = compile(source, { loadPaths, style: "compressed", quietDeps: true });
  const named = css.replace(/url\("?fonts\/([^")]+)"?\)/g, (_, name) => {
    if (!manifest[name]) throw new Error(`no such font: ${name}`);
    return `url("${manifest[name].file}")`;
  });
  add(`${path.parse(source).name}.css`, Buffer.from(named));
}

async function write(target) {
  const fresh = `${target}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(fresh, name), bytes);
  await writeFile(path.join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
}

for (const site of pageFolder && !consoleFolder ? [PAGE] : [PAGE, CONSOLE]) {
  manifest = {};
  files = {};
  await addScripts(site.scripts);
  await addFonts();
  await addIcon();
  addStyles(site.style);
  await write(site.target);
}
