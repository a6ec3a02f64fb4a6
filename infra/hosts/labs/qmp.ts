/** A client of QEMU's control channel: one command at a time, its answer or its error. */
import { createConnection, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { z } from "zod";
import { InfraError } from "../../errors.ts";

const messageSchema = z.looseObject({
  return: z.unknown().optional(),
  error: z.looseObject({ desc: z.string() }).optional(),
});

export class Qmp {
  readonly #socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  static async connect(path: string): Promise<Qmp> {
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", (cause) => reject(new InfraError(`QEMU's control channel ${path} is closed`, { cause })));
    });
    const qmp = new Qmp(socket);
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  /** What the command returns; events and the greeting, which arrive in between, are passed over. */
  async execute(command: string, parameters: object = {}): Promise<unknown> {
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new InfraError(`QEMU ended during ${command}`);
      const message = messageSchema.parse(JSON.parse(value));
      if (message.error) throw new InfraError(`QEMU refused ${command}: ${message.error.desc}`);
      if (message.return !== undefined) return message.return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}
