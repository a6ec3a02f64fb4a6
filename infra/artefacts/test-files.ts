/** First bytes of files that are something; for tests. */

/** An ELF header of that machine number, least significant byte first. */
export function elfOf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write("\x7fELF\x02\x01\x01", 0, "latin1");
  head.writeUInt16LE(machine, 18);
  return head;
}

/** A bzImage's header with these load flags. */
export function kernelOf(flags: number): Buffer {
  const head = Buffer.alloc(0x300);
  head.write("HdrS", 0x202, "latin1");
  head.writeUInt16LE(0x20f, 0x206);
  head.writeUInt16LE(flags, 0x236);
  return head;
}
