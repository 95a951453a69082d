// References as people read them out, `WS-7K3-QM9-PX8`: the same reading as shared/references.py.
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const READ_AS = { O: "0", I: "1", L: "1" };
const BODY = 9;

/** The reference that `text` means, null where its check symbol does not fit. Forgives case, spaces, O for 0. */
export function parseReference(text) {
  const bare = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  const prefix = bare.slice(0, -BODY);
  const body = bare.slice(-BODY).replace(/[OIL]/g, (symbol) => READ_AS[symbol]);
  if (!/^[A-Z]{1,4}$/.test(prefix) || body.length !== BODY || [...body].some((each) => !ALPHABET.includes(each))) {
    return null;
  }
  if (checkSymbol(prefix + body.slice(0, -1)) !== body.at(-1)) return null;
  return [prefix, body.slice(0, 3), body.slice(3, 6), body.slice(6)].join("-");
}

function checkSymbol(text) {
  let total = 0;
  for (const symbol of text) {
    const at = ALPHABET.indexOf(symbol);
    total = double(total) ^ (at >= 0 ? at : symbol.charCodeAt(0) % 32);
  }
  return ALPHABET[double(total)];
}

function double(value) {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ 0b100101 : doubled;
}
