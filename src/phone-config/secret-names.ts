// The name of an element, attribute or parameter in; whether its value is a secret out.

/** Anywhere in a name, in any case, whatever stands between its letters. */
const secretParts =
  /pass(?:word|wd|phrase|code|wort)|p(?:ass)?wd|pswd|secret|token|credential|community|psk|auth(?:entication)?string|activationcode|cookie|bearer|pincode|pinnumber|(?:auth|access|unlock)code|authorization(?!ur[il])|pins?\d*$/;

/** A whole word of a name: `userPin`, `PIN`, `otp_seed`. `seq` is how the phone services spell a user's PIN in a URL. */
const secretWords = new Set(["pin", "pass", "pw", "otp", "seed", "seq", "cred", "creds"]);

/** Names with `key` in them of which the platform's own files are full, and which hold no key. */
const harmlessKeys =
  /^(?:soft|line|hot|dial|feature)keys?(?:file|set|setid|template|barge|mode|url|position|type|number|timer)?$|^key(?:board|pad|press|expansion)|^key(?:size|length|type)$/;

/** True for every name that says password, PIN, key or the like. Rather too many than one too few. */
export function isSecretName(name: string): boolean {
  // Wide letters are letters all the same.
  const plain = name.normalize("NFKC");
  const flat = plain.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (secretParts.test(flat)) return true;
  if (wordsOf(plain).some((word) => secretWords.has(word))) return true;
  return flat.includes("key") && !harmlessKeys.test(flat);
}

/** `adminPINCode2` is admin, pin, code, 2. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replace(/([A-Za-z])(\d)/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
