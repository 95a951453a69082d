/** The page "Is your post still right?", `/p/<partnership>/post`: sign in by an emailed code, look, say. */

import "./guidance.js";
import { canSeal } from "./capability.js";
import { embedded, find, show } from "./dom.js";
import { makePostPage } from "./post_page.js";

function start() {
  const page = find("#posts");
  if (!page || !canSeal()) return;
  show(find("#no-posts"), false);
  show(page, true);
  makePostPage(embedded("partnership"));
}

start();
