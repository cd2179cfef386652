/** A trade of now, as a message of one. */
export const tick = (symbol: string, number: number): string =>
  JSON.stringify({
    exchange: "XNAS",
    symbol,
    event_time: new Date().toISOString(),
    seq_id: number,
    event_type: "trade",
    price: 100 + (number % 100) / 100,
    size: 1,
    side: "buy",
  });
