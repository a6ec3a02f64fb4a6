import { describe, expect, it } from "vitest";
import { guestEntry } from "../fixtures/folder.ts";
import { compare, notesOn } from "./index.ts";
import { nfvrg2016Table } from "./nfvrg2016.ts";

const cell = (workload: string, label = workload) => ({ workload, label, parameters: {}, stage: "guest" as const });

describe("references", () => {
  it("finds each quantity of the table by workload, and throughput by direction", () => {
    const value = (workload: string, label: string, unit: string) =>
      compare("tinyx.kvm", guestEntry(), cell(workload, label), unit, null)?.value;
    expect(value("instantiation", "instantiation", "ms")).toBe(1081);
    expect(value("iperf3", "iperf3 Tx", "Gbit/s")).toBe(21.5);
    expect(value("iperf3", "iperf3 Rx", "Gbit/s")).toBe(37.9);
    expect(value("rtt", "RTT", "ms")).toBe(19);
    expect(value("memory", "memory", "MB")).toBe(30);
    expect(value("image-size", "image size", "MB")).toBe(3.5);
    expect(value("iperf3", "iperf3", "Gbit/s")).toBeUndefined();
    expect(value("hackbench", "hackbench", "s")).toBeUndefined();
  });

  it("takes a Docker guest for the study's container, and nothing for guests the study does not have", () => {
    const docker = guestEntry({ platform: "docker" });
    expect(compare("anything", docker, cell("rtt"), "ms", null)?.value).toBe(nfvrg2016Table.container?.rtt);
    expect(compare("host", guestEntry({ platform: "bare-metal" }), cell("rtt"), "ms", null)).toBeNull();
    expect(compare("constructor", guestEntry(), cell("rtt"), "ms", null)).toBeNull();
  });

  it("does not compare across units or with an unknown processor", () => {
    const verdict = compare("osv.kvm", guestEntry(), cell("rtt"), "µs", null);
    expect(verdict).toMatchObject({ comparable: false });
    expect(verdict?.reason).toMatch(/measured in µs, published in ms; this host's CPU is not recorded/);
    expect(verdict?.differences).toContainEqual({
      what: "CPU",
      ours: "not recorded",
      published: "Intel Xeon E5-1630 v3, 3.7 GHz",
    });
  });

  it("holds every value of the published table", () => {
    const sum = Object.values(nfvrg2016Table)
      .flatMap(Object.values)
      .reduce((a: number, b: number) => a + b, 0);
    // the columns summed by hand from the published table
    expect(Object.keys(nfvrg2016Table)).toHaveLength(7);
    expect(sum).toBeCloseTo(13_072 + 235.8 + 250.3 + 104 + 1908.2 + 318.8, 6);
  });

  it("quotes raho2015 in words for hackbench only", () => {
    expect(notesOn(cell("hackbench"))).toHaveLength(1);
    expect(notesOn(cell("rtt"))).toEqual([]);
  });
});
