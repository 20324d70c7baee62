import plain from "argon2id/dist/no-simd.wasm";
import simd from "argon2id/dist/simd.wasm";
import setup from "argon2id/lib/setup.js";

/**
 * The floors of a sign-in, by the same library at the same cost in the same runtime: the hash alone, and at `/stored`
 * the hash between one read and one write of D1, without which there is no session.
 */
const COST = { parallelism: 1, passes: 2, memorySize: 19_456, tagLength: 32 };
const SALT = new Uint8Array(16);
const instantiate = (module: WebAssembly.Module) => async (imports: WebAssembly.Imports) => ({
  instance: await WebAssembly.instantiate(module, imports),
  module,
});
const compute = await setup(instantiate(simd), instantiate(plain));

export default {
  async fetch(request: Request, env: { readonly DB: D1Database }): Promise<Response> {
    const password = new Uint8Array(await request.arrayBuffer());
    if (new URL(request.url).pathname !== "/stored") {
      return Response.json({ length: compute({ ...COST, password, salt: SALT }).length });
    }
    const db = env.DB.withSession("first-primary");
    await db.prepare("select 1").all();
    const { length } = compute({ ...COST, password, salt: SALT });
    const table = db.prepare("create table if not exists sessions (id integer primary key, hash text) strict");
    await db.batch([table, db.prepare("insert into sessions (hash) values (?)").bind("x".repeat(64))]);
    return Response.json({ length });
  },
};
