import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Qmp } from "./qmp.ts";

let dir = "";
let server: Server;
const path = () => join(dir, "control");

/** Stands for QEMU: greets, then answers each command; an answer of null closes the channel. */
async function serve(answer: (command: { execute: string; arguments: object }) => string | null) {
  server = createServer((socket) => {
    socket.write('{"QMP": {"version": {}, "capabilities": []}}\r\n');
    socket.on("data", (data) => {
      for (const line of data.toString().split("\n").filter(Boolean)) {
        const reply = answer(JSON.parse(line));
        if (reply === null) socket.destroy();
        else socket.write(reply);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path(), resolve));
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "qmp-"));
});
afterEach(() => {
  server?.close();
  rmSync(dir, { recursive: true });
});

test("answers come to their command, whatever events arrive in between", async () => {
  await serve(({ execute, arguments: given }) =>
    execute === "query-migrate"
      ? '{"event": "STOP", "timestamp": {}}\r\n{"return": {"status": "completed"}}\r\n'
      : `{"return": ${JSON.stringify(given)}}\r\n`,
  );
  const qmp = await Qmp.connect(path());
  expect(await qmp.execute("migrate", { uri: "exec:cat" })).toEqual({ uri: "exec:cat" });
  expect(await qmp.execute("query-migrate")).toEqual({ status: "completed" });
  qmp.close();
});

test("a refusal is an error with QEMU's words", async () => {
  await serve(({ execute }) =>
    execute === "cont" ? '{"error": {"class": "GenericError", "desc": "not now"}}\r\n' : '{"return": {}}\r\n',
  );
  const qmp = await Qmp.connect(path());
  await expect(qmp.execute("cont")).rejects.toThrow("QEMU refused cont: not now");
  qmp.close();
});

test("a QEMU that ends says so, and one that is not there too", async () => {
  await serve(({ execute }) => (execute === "quit" ? null : '{"return": {}}\r\n'));
  const qmp = await Qmp.connect(path());
  await expect(qmp.execute("quit")).rejects.toThrow("QEMU ended during quit");
  await expect(Qmp.connect(join(dir, "nothing"))).rejects.toThrow("control channel");
});
