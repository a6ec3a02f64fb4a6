import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { hugePagePool } from "../huge-pages.ts";
import { settingContract } from "./contract.ts";
import { hugePages } from "./huge-pages.ts";
import { onHost, run } from "./on-host.ts";
import { type RecordedHost, recordedHost } from "./recorded-host.ts";

const pool = (kiB: number, node?: number | string) =>
  `${node === undefined ? "/sys/kernel/mm" : `/sys/devices/system/node/node${node}`}/hugepages/hugepages-${kiB}kB/nr_hugepages`;

settingContract(hugePages, {
  intel: {
    wanted: { "2MiB": { node0: 512, node1: 3072 }, "1GiB": 4 },
    description: "4096 of 2MiB (node0 2048, node1 2048), 0 of 1GiB",
    record: {
      [pool(2048, 0)]: ["2048", "2048"],
      [pool(2048, 1)]: ["2048", "3072"],
      [pool(1_048_576)]: ["0", "4"],
    },
    otherHands: { part: pool(1_048_576), file: pool(1_048_576), content: "3\n", now: "3" },
  },
  amd: {
    wanted: { "2MiB": { node6: 64 } },
    description: "0 of 2MiB, 0 of 1GiB",
    record: { [pool(2048, 6)]: ["0", "64"] },
    otherHands: { part: pool(2048, 6), file: pool(2048, 6), content: "10\n", now: "10" },
  },
  arm: {
    wanted: { "2MiB": 128, "1GiB": { node2: 1, node3: 1 } },
    description: "0 of 2MiB, 0 of 1GiB",
    record: { [pool(2048)]: ["0", "128"], [pool(1_048_576, "{2,3}")]: ["0", "1"] },
    otherHands: { part: pool(2048), file: pool(2048), content: "12\n", now: "12" },
  },
});

test("what the host has no pool for is lacking", () => {
  const host = recordedHost("arm");
  const found = onHost(host, hugePages, {}).probe();
  expect(hugePages.lacks({ "2MiB": { node3: 1, node4: 1 } }, found)).toBe("this host has no node4");
  delete found.values[pool(1_048_576)];
  expect(hugePages.lacks({ "1GiB": 1 }, found)).toBe("this host has no huge pages of 1GiB");
});

describe("a floor", () => {
  const size = (host: RecordedHost) => Number(host.read(pool(2048)));

  test("the guests' pool is added on top, and both give back exactly what they took", () => {
    const host = recordedHost("amd");
    host.write(pool(2048), "3\n");
    host.write(`${dirname(pool(2048))}/surplus_hugepages`, "0\n");
    const setting = onHost(host, hugePages, { "2MiB": 100 });
    const guests = hugePagePool("demo", "2MiB", 8);
    const inHost = (script: string) =>
      `set -eu\n${script.replaceAll(/\/(sys\/kernel\/mm|run\/guestbench)\//g, `${host.root}$&`)}`;
    const before = host.tree();

    expect(setting.create().status).toBe(0);
    expect(size(host)).toBe(100);
    expect(run(host, inHost(guests.create))).toMatchObject({ status: 0, stderr: "" });
    expect(size(host)).toBe(108);
    expect(setting.exists()).toBe(true);
    expect(setting.drift()).toEqual([]);

    expect(run(host, inHost(guests.remove))).toMatchObject({ status: 0, stderr: "" });
    expect(size(host)).toBe(100);
    expect(setting.remove()).toMatchObject({ status: 0, stderr: "" });
    expect(host.tree()).toEqual(before);
  });

  test("a pool that holds more is left alone", () => {
    const host = recordedHost("intel");
    const setting = onHost(host, hugePages, { "2MiB": 100 });
    expect(setting.create()).toMatchObject({ status: 0, stderr: "" });
    expect(setting.record()).toEqual([`${pool(2048)}\t4096\t4096`]);
    expect(size(host)).toBe(4096);
  });

  test("made anew while the pages of the first making are there, it still knows what was found", () => {
    const host = recordedHost("amd");
    onHost(host, hugePages, { "2MiB": 100 }).create();
    const smaller = onHost(host, hugePages, { "2MiB": 40 });
    expect(smaller.create().status).toBe(0);
    expect(smaller.record()).toEqual([`${pool(2048)}\t0\t100`]);
    smaller.remove();
    expect(size(host)).toBe(0);
  });

  test("memory in pieces is compacted; too little of it leaves the pool as it was", () => {
    const host = recordedHost("amd");
    // the kernel reserves what it can: up to 7 pages, and up to 20 once memory was compacted
    const kernel = `
write() {
  case $1 in *compact_memory) echo done >"$R$1"; return 0 ;; esac
  read -r compacted <"$R/proc/sys/vm/compact_memory" || true
  most=7; [ -z "$compacted" ] || most=20
  pages=$2; [ "$pages" -le $most ] || pages=$most
  echo "$pages" >"$R$1"
}`;
    const attempt = (pages: number) => onHost(host, hugePages, { "2MiB": pages }, { kernel });
    expect([attempt(15).create().status, size(host)]).toEqual([0, 15]);
    attempt(15).remove();
    expect(attempt(30).create()).toMatchObject({
      status: 1,
      stderr: `huge pages: ${pool(2048)} cannot be set to 30: it is 20`,
    });
    expect(size(host)).toBe(0);
  });
});
