// A phone's name as typed → the name as the database and the file names spell it; nothing else ever reaches SQL or a path.
import { OperatorError } from "../base/errors.ts";

declare const checked: unique symbol;

/** `SEP` and 12 upper-case hex digits; made only by `deviceName`. */
export type DeviceName = string & { readonly [checked]: true };

/** Small letters are accepted and become capitals. Throws `usage` for anything else, also for names of other kinds of device. */
export function deviceName(typed: string): DeviceName {
  // The form is asked of what was typed: capitals can make an S of a letter that is none.
  const name = /^[A-Za-z0-9]{15}$/.test(typed) ? typed.toUpperCase() : "";
  if (isDeviceName(name)) return name;
  const shown = JSON.stringify(typed.length > 40 ? `${typed.slice(0, 40)}…` : typed);
  throw new OperatorError("usage", `${shown} is not the name of a phone`, {
    hint: "Give SEP and the 12 hex digits of the phone's MAC address, such as SEP001122AABBCC",
  });
}

function isDeviceName(name: string): name is DeviceName {
  return /^SEP[0-9A-F]{12}$/.test(name);
}
