/** Autocannon, for machines without wrk: address, keys, seconds. */
import autocannon from "autocannon";

const [url, keys, seconds] = process.argv.slice(2);
const requests = Array.from({ length: Number(keys) }, (_, key) => ({
  headers: { "CF-Connecting-IP": `198.51.${Math.floor(key / 250)}.${(key % 250) + 1}` },
}));
const result = await autocannon({ url, requests, connections: 64, duration: Number(seconds) });
console.log(JSON.stringify(result));
