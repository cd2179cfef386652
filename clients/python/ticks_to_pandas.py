"""Reads a symbol's ticks into a pandas DataFrame: python ticks_to_pandas.py API_URL SYMBOL [API_KEY]"""

import sys
import urllib.parse
import urllib.request

import pyarrow as pa

api, symbol, key = (*sys.argv[1:], "")[:3]
query = urllib.parse.urlencode({"symbol": symbol, "order": "asc", "limit": 1_000_000, "format": "arrow"})
request = urllib.request.Request(f"{api}/ticks?{query}", headers={"X-API-Key": key} if key else {})
with urllib.request.urlopen(request) as answer:
    ticks = pa.ipc.open_stream(answer).read_pandas()
print(ticks.groupby("eventType", observed=True)["size"].agg(["count", "sum"]).to_csv())
