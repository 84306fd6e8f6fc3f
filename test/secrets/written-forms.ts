// A secret and bytes from somewhere → in which form the secret, or the beginning or end of it, stands there. Shares nothing with the mask.

/** What was looked through: a file, a stream, the print of an error. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The digits of Base64 that are the secret's alone, with `lead` bytes before it. */
function aligned(secret: Buffer, lead: number): string {
  const whole = Buffer.concat([Buffer.from("\0\0".slice(0, lead)), secret]).toString("base64");
  const first = [0, 2, 3][lead] ?? 0;
  const bits = (lead + secret.length) * 8;
  return whole.slice(first, (bits - (bits % 6)) / 6);
}

function formsOf(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret, "utf8");
  const [first, second, third] = [0, 1, 2].map((lead) => aligned(bytes, lead));
  return {
    bytes: secret,
    "first characters": secret.slice(0, 7),
    "last characters": secret.slice(-7),
    "bytes read as latin1": bytes.toString("latin1"),
    JSON: JSON.stringify(secret).slice(1, -1),
    "JSON in JSON": JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    "JSON in ASCII": JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    URL: encodeURIComponent(secret),
    "URL parameter": new URLSearchParams([["", secret]]).toString().slice(1),
    hex: bytes.toString("hex"),
    "Base64, first alignment": first ?? "",
    "Base64, second alignment": second ?? "",
    "Base64, third alignment": third ?? "",
  };
}

/** One line per finding: `PLACE: SECRET as FORM`. Looks also across line breaks and colours, and through any case of hex and URLs. */
export function findSecrets(
  places: readonly Place[],
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return places.flatMap(({ name, bytes }) => {
    const text = bytes.toString("utf8");
    const unbroken = text.replace(/\x1b\[[\d;]*m/g, "").replace(/\s+/g, " ");
    const lower = text.toLowerCase();
    return Object.entries(secrets).flatMap(([what, secret]) =>
      Object.entries(formsOf(secret)).flatMap(([form, written]) => {
        const isCaseFree = form === "hex" || form.startsWith("URL");
        const isThere =
          text.includes(written) ||
          unbroken.includes(written.replace(/\s+/g, " ")) ||
          (isCaseFree && lower.includes(written.toLowerCase()));
        return isThere ? [`${name}: ${what} as ${form}`] : [];
      }),
    );
  });
}
