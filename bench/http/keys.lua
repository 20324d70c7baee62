-- Calls from KEYS addresses in turn, and prints what came of it as one line of JSON.
local keys = tonumber(os.getenv("KEYS"))
local requests = {}
local turn = 0

function init()
  for key = 1, keys do
    local address = string.format("198.51.%d.%d", math.floor(key / 250), key % 250 + 1)
    requests[key] = wrk.format("GET", nil, { ["CF-Connecting-IP"] = address, ["Host"] = wrk.headers["Host"] })
  end
end

function request()
  turn = turn % keys + 1
  return requests[turn]
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
