/** The PostgreSQL ledger behind HTTP, on Node: socket folder, connections of its pool; prints its address when ready. */
import { createServer } from "node:http";
import pg from "pg";

const [host, size] = process.argv.slice(2);
const pool = new pg.Pool({ host, user: "postgres", database: "postgres", max: Number(size), min: Number(size) });

const ONE = { name: "one", text: "SELECT id FROM create_transfer($1, $2, $3)" };
const MANY = {
  name: "many",
  text: `SELECT id FROM create_transfers((SELECT array_agg((r ->> 'debitAccountId', r ->> 'creditAccountId', (r ->> 'amount')::numeric)::request)
    FROM json_array_elements($1::json) r))`,
};

async function write(body) {
  const list = JSON.parse(body);
  const [first] = list;
  if (list.length > 1) return await pool.query({ ...MANY, values: [body] });
  return await pool.query({ ...ONE, values: [first.debitAccountId, first.creditAccountId, first.amount] });
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    try {
      const { rows } = await write(Buffer.concat(chunks).toString());
      response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify({ created: rows.length }));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
