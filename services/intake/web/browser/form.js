/** The form's page: puts its parts together. Each part does one job and stands in a file of its own. */

import "./guidance.js";
import { canSeal } from "./capability.js";
import { embedded, find, need, show } from "./dom.js";
import { makeFormPage } from "./form_page.js";

function start() {
  const form = /** @type {HTMLFormElement | null} */ (find("#form"));
  if (!form || !canSeal()) return;
  show(find("#no-form"), false);
  show(need("#form-page"), true);
  // What a browser restores by itself when a page is opened again is not wanted here.
  form.reset();
  addEventListener("pageshow", () => form.reset(), { once: true });
  makeFormPage({ form, raw: embedded("form-definition"), partnership: embedded("partnership") });
}

start();
