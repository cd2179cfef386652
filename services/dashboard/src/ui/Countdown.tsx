import { useEffect, useState } from "preact/hooks";

/** Seconds that are left, counted down; not announced, since it changes each second. */
export function Countdown({ until, before = "" }: { until: number; before?: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  return (
    <span aria-hidden="true">
      {before}
      {seconds} s
    </span>
  );
}
