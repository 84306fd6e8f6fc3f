// Section 2 of the trust rules: what signs what, release by release.
import { describe, expect, test } from "vitest";
import {
  asksForCcmPassword,
  isFrom12,
  localkeySigner,
  normalSigner,
  phoneResets,
} from "../../src/verdict/release-rules.ts";

describe.each(["8.6.2.20000-2", "9.1.2.10000-28", "10.0.1.10000-24", "11.5.1.12900-21"])(
  "up to 11.5: %s",
  (release) => {
    test("the normal signer of an ITL is the node's own CallManager certificate", () => {
      expect(normalSigner(release)).toBe("CallManager");
      expect(isFrom12(release)).toBe(false);
    });
    test("localkey signs with the publisher's ITLRecovery key", () => {
      expect(localkeySigner(release)).toBe("ITLRecovery");
    });
    test("phones are reset once", () => {
      expect(phoneResets(release)).toBe(1);
    });
    test("the reset asks for the CCM Administrator password", () => {
      expect(asksForCcmPassword(release)).toBe("yes");
    });
  },
);

describe.each(["12.0.1.10000-10", "12.5.1.16900-48", "14.0.1.10000-20", "15.0.1.12900-234"])(
  "from 12.0: %s",
  (release) => {
    test("the normal signer of an ITL is ITLRecovery", () => {
      expect(normalSigner(release)).toBe("ITLRecovery");
      expect(isFrom12(release)).toBe(true);
    });
    test("localkey signs with the publisher's CallManager key", () => {
      expect(localkeySigner(release)).toBe("CallManager");
    });
    test("phones are reset twice", () => {
      expect(phoneResets(release)).toBe(2);
    });
    test("whether the reset asks for the CCM Administrator password is not known", () => {
      expect(asksForCcmPassword(release)).toBe("unknown");
    });
  },
);
