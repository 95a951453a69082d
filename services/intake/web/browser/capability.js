/** Whether this browser can seal. Without that there is no form: never a plain post. */

/** @returns {boolean} */
export function canSeal() {
  return Boolean(globalThis.isSecureContext && globalThis.crypto?.subtle && globalThis.TextEncoder);
}
