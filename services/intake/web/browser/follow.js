/** The page of one escalation, `/e/<reference>`: sign in by an emailed code, see where it stands, read, act. */

import "./guidance.js";
import { canSeal } from "./capability.js";
import { embedded, find, show } from "./dom.js";
import { makeFollowPage } from "./follow_page.js";

function start() {
  const page = find("#follow");
  if (!page || !canSeal()) return;
  show(find("#no-follow"), false);
  show(page, true);
  makeFollowPage({ reference: page.dataset.reference ?? "", partnership: embedded("partnership"), forms: embedded("forms") });
}

start();
