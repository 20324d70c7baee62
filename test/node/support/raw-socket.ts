import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { onTestFinished } from "vitest";

/** A client of a WebSocket on a bare connection, which can stop reading as no library lets it. */
export interface RawSocket {
  /** Texts as they came. */
  readonly texts: string[];
  /** Bytes of what came, frames and all. */
  readonly bytes: () => number;
  send(frame: object | string): void;
  stopReading(): void;
  readOn(): void;
  until(wanted: (text: string) => boolean): Promise<string>;
  /** The code with which the other side closed; 1006 where it only hung up. */
  readonly closed: Promise<number>;
}

export async function openRaw(address: string): Promise<RawSocket> {
  const { hostname, port, pathname, search, host } = new URL(address);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const key = randomBytes(16).toString("base64");
  const head = [`GET ${pathname}${search} HTTP/1.1`, `Host: ${host}`, "Connection: Upgrade", "Upgrade: websocket"];
  socket.write([...head, "Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${key}`, "", ""].join("\r\n"));
  return read(socket, await upgrade(socket));
}

async function upgrade(socket: Socket): Promise<Buffer> {
  let head = Buffer.alloc(0);
  for (;;) {
    const chunk = await new Promise<Buffer>((resolve, reject) => {
      socket.once("data", resolve);
      socket.once("close", () => reject(new Error("It hung up.")));
    });
    socket.pause();
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) {
      socket.resume();
      continue;
    }
    const line = head.subarray(0, head.indexOf("\r\n")).toString();
    if (!line.includes(" 101 ")) throw new Error(`It answered ${line}.`);
    return head.subarray(end + 4);
  }
}

function read(socket: Socket, first: Buffer): RawSocket {
  const texts: string[] = [];
  let wake: (() => void)[] = [];
  let bytes = 0;
  let left = first;
  let over = false;
  const { promise: closed, resolve: close } = Promise.withResolvers<number>();
  const take = (): void => {
    for (let frame = frameOf(left); frame; frame = frameOf(left)) {
      left = left.subarray(frame.length);
      if (frame.opcode === 1) texts.push(frame.payload.toString());
      if (frame.opcode === 8) close(frame.payload.length < 2 ? 1005 : frame.payload.readUInt16BE(0));
    }
    for (const go of wake.splice(0)) go();
  };
  socket.on("data", (chunk) => {
    bytes += chunk.length;
    left = Buffer.concat([left, chunk]);
    take();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    over = true;
    close(1006);
    for (const go of wake.splice(0)) go();
  });
  take();
  socket.resume();
  const until = async (wanted: (text: string) => boolean): Promise<string> => {
    for (;;) {
      const found = texts.find(wanted);
      if (found !== undefined) return found;
      if (over) throw new Error("It closed before that.");
      await new Promise<void>((resolve) => {
        wake = [...wake, resolve];
      });
    }
  };
  return {
    texts,
    bytes: () => bytes,
    send: (frame) => void socket.write(maskedText(typeof frame === "string" ? frame : JSON.stringify(frame))),
    stopReading: () => void socket.pause(),
    readOn: () => void socket.resume(),
    until,
    closed,
  };
}

interface Received {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly length: number;
}

/** The first frame of what has come, if it is whole. Servers mask none and this one splits none. */
function frameOf(data: Buffer): Received | null {
  if (data.length < 2) return null;
  const [, second = 0] = data;
  const [at, size] = second < 126 ? [2, second] : second === 126 ? wide(data, 4) : wide(data, 10);
  if (data.length < at + size) return null;
  return { opcode: data.readUInt8(0) & 15, payload: data.subarray(at, at + size), length: at + size };
}

function wide(data: Buffer, head: 4 | 10): [number, number] {
  if (data.length < head) return [head, Number.POSITIVE_INFINITY];
  return [head, head === 4 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2))];
}

function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = payload.length < 126 ? Buffer.from([129, 128 | payload.length]) : Buffer.alloc(4);
  if (payload.length >= 126) {
    head.writeUInt8(129, 0);
    head.writeUInt8(128 | 126, 1);
    head.writeUInt16BE(payload.length, 2);
  }
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}
