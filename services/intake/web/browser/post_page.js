/** The page of one's own posts: signing in, seeing, saying, signing out. Nothing is drawn that router did not answer. */

import { all, find, focusOn, make, need, show } from "./dom.js";
import { makeAsk } from "./follow_asking.js";
import { makeFollowSession } from "./follow_session.js";
import { drawPosts } from "./post_cards.js";
import { makePostSignIn, wireName } from "./post_sign_in.js";
import { hasSession } from "./session.js";

const LOOKS_AGAIN = new Set(["changed", "name-needed", "not-allowed"]);

/** @param {any} partnership */
export function makePostPage(partnership) {
  const seenBox = need("[data-seen-box]");
  let shown = false;
  /** @type {import("./follow_session.js").FollowSession | null} */
  let held = null;

  /** Nothing is kept in this tab before somebody asks for a code. */
  const session = () => (held ??= makeFollowSession(partnership, { whenOver: () => signedOut(), stay: () => look(false) }));
  const ask = makeAsk({ ask: (question) => session().ask(question) }, { whenOver: () => signedOut(), whenRefused });
  const signIn = makePostSignIn({ ask, signedIn });

  /** What the page showed is no longer so. @param {string} why @param {string} asked */
  function whenRefused(why, asked) {
    if (LOOKS_AGAIN.has(why) && asked !== "posts") void look(false);
  }

  function signedOut() {
    const wasShown = shown;
    shown = false;
    session().ended();
    for (const part of all("[data-signed-in]")) show(part, false);
    need("[data-posts]").replaceChildren();
    signIn.show(true);
    if (wasShown) signIn.interrupt();
  }

  /** @param {any} answer a SignedIn */
  async function signedIn(answer) {
    session().signedIn(answer.until);
    await look(true);
  }

  /** @param {boolean} focus whether the person asked for it */
  async function look(focus) {
    const answer = await ask(seenBox, { type: "posts" }, { aloud: focus || shown });
    if (!answer) return;
    shown = true;
    signIn.show(false);
    for (const part of all("[data-signed-in]")) show(part, true);
    show(find("[data-name-box]"), Boolean(answer.needs_name));
    show(find("[data-none]"), answer.posts.length === 0);
    drawPosts(answer, { ask, whenDone, zone: partnership.zone });
    if (focus) focusOn(answer.needs_name ? need("#name-title") : need(answer.posts.length ? "[data-title]" : "[data-none-title]"));
  }

  /** @param {string} words what was done */
  async function whenDone(words) {
    await look(words === "");
    if (!words || !shown) return;
    const place = need("[data-done]");
    place.replaceChildren(make("p", words));
    show(place, true);
    focusOn(place);
    place.scrollIntoView({ block: "center" });
  }

  async function signOut() {
    await ask(seenBox, { type: "sign-out" }, { aloud: false });
    session().forget();
    location.reload();
  }

  wireName({ ask, whenDone: () => whenDone("") });
  for (const button of all("[data-sign-out]")) button.addEventListener("click", () => void signOut());
  if (hasSession()) void look(false);
}
