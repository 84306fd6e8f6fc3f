// `utils service list` and `utils service restart` as VOS products print them.
import { describe, expect, test } from "vitest";
import { parseServiceList } from "../../src/facts/service-list.ts";
import { parseServiceRestart } from "../../src/facts/service-restart.ts";
import { transcript } from "./transcript-text.ts";

describe("utils service list", () => {
  const text = transcript("ext-10");

  test("is read with every way of printing a state (ext-10)", () => {
    const rows = parseServiceList(text);
    expect(rows).toHaveLength(15);
    expect(rows[0]).toEqual({ name: "System SSH", state: "STARTED", isActivated: true, note: null });
    expect(rows[1]).toEqual({
      name: "Name Service Cache",
      state: "STOPPED",
      isActivated: false,
      note: "Service Not Activated",
    });
    expect(rows[14]).toEqual({
      name: "Cisco HCS Admin UI",
      state: "STOPPED",
      isActivated: true,
      note: "Component is not running",
    });
    expect(rows.map(({ name }) => name)).not.toContain("Service Manager is running");
    expect(parseServiceList(text.replaceAll("\n", "\r\n  "))).toEqual(rows);
  });

  test("has no row in a line that only closes a bracket", () => {
    expect(parseServiceList(`${text}\nSTARTED]\nA STARTED]`)).toEqual(parseServiceList(text));
  });

  test("tells an activated service from one that is not", () => {
    const rows = parseServiceList(
      "Cisco Tftp[STOPPED]  Service Not Activated\nPassword Reset [STOPPED] Service Activated\nPrimary Node =true",
    );
    expect(rows.map(({ isActivated }) => isActivated)).toEqual([false, true]);
  });

  test.each([
    ["no row", "Requesting service status, please wait...", /lists no service/],
    ["a state cut short", `${text}\nCisco Tftp[STARTED`, /unknown line "Cisco Tftp\[STARTED"/],
    ["a service without name", `${text}\n [STARTED]`, /unknown line/],
    ["a word before the state", `${text}\nCisco Tftp[is STARTED]`, /unknown line/],
    ["a word behind the state", `${text}\nCisco Tftp[STARTED now]`, /unknown line/],
    ["a state that is none", `${text}\nCisco Tftp[`, /unknown line "Cisco Tftp\[/],
    ["a state in no known letters", `${text}\nCisco Tftp[started?]`, /unknown line/],
  ])("with %s is not understood", (_, answer, message) => {
    expect(() => parseServiceList(answer)).toThrow(message);
  });
});

describe("utils service restart", () => {
  test("ends with the last state (ext-08, ext-09)", () => {
    expect(parseServiceRestart(transcript("ext-08"))).toEqual({
      service: "Cisco Finesse Tomcat",
      lastState: "STARTED",
      unknownLines: [],
    });
    expect(parseServiceRestart(transcript("ext-09"))).toEqual({
      service: "Cisco XCP Text Conference Manager",
      lastState: "STARTED",
      unknownLines: [],
    });
  });

  test("that came back early is still starting", () => {
    expect(parseServiceRestart(transcript("ext-09").replace(/\n[^\n]*STARTED\]\n/, "\n")).lastState).toBe(
      "STARTING",
    );
  });

  test("has unknown lines, of which rows of another service are some", () => {
    const text = "Cisco Tftp[STOPPING]\nCisco CTIManager[STARTED]\nService is not there\nadmin:";
    expect(parseServiceRestart(text)).toEqual({
      service: "Cisco Tftp",
      lastState: "STOPPING",
      unknownLines: ["Cisco CTIManager[STARTED]", "Service is not there"],
    });
  });

  test("has a known line for unknown where it begins or goes on otherwise", () => {
    const lines = [
      "Service Manager is running out of memory",
      "No Service Manager is running",
      "Error: Don't press Ctrl-C while the service is getting RESTARTED",
    ];
    const known = [
      "Service Manager is running",
      "Do not press Ctrl+C while the service is getting RESTARTED",
    ];
    expect(parseServiceRestart([...lines, ...known].join("\n")).unknownLines).toEqual(lines);
  });

  test("without a row has no state", () => {
    expect(parseServiceRestart("")).toEqual({ service: null, lastState: null, unknownLines: [] });
  });
});
