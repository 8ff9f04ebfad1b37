-- Sends the prepared bodies of a file in turn, and writes what happened as one line of JSON. After the file come headers,
-- the name and the value of each.
local requests, at = {}, 0

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  for at = 2, #args, 2 do wrk.headers[args[at]] = args[at + 1] end
  for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format(nil, nil, nil, line) end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    '\n{"requests":%d,"perSecond":%.2f,"p50Us":%.1f,"p99Us":%.1f,"failed":%d}\n',
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(50), latency:percentile(99), failed))
end
