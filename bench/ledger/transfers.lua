-- Transfers with ids of their own, over random accounts or one hot one. PREFIX tells runs apart, ROWS how many a call.
local prefix = os.getenv("PREFIX")
local rows = tonumber(os.getenv("ROWS"))
local accounts = tonumber(os.getenv("ACCOUNTS"))
local hot = os.getenv("HOT") == "1"
local count = 0

local function transfer()
  count = count + 1
  local from = math.random(1, accounts - 1)
  local to = hot and accounts or (from + math.random(1, accounts - 2) - 1) % (accounts - 1) + 1
  return string.format(
    '{"kind":"posted","id":"%s.%d","debitAccountId":"bench:%d","creditAccountId":"bench:%d","amount":1,"asset":"USD","code":"bench.move"}',
    prefix, count, from, to == from and from % (accounts - 1) + 1 or to)
end

function request()
  local list = {}
  for i = 1, rows do list[i] = transfer() end
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, "[" .. table.concat(list, ",") .. "]")
end

local told = false
function response(status, headers, body)
  if status < 300 or told then return end
  told = true
  io.stderr:write(status, " ", body:sub(1, 500), "\n")
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('\n{"requests":%d,"micros":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
