import { useEffect, useRef, useState } from "preact/hooks";
import { type Parameters, toQuery } from "../api/client.ts";
import type { Paged } from "../api/types.ts";
import { api } from "./session.ts";
import { type Answer, useAnswer } from "./useAnswer.ts";

/** A list that comes in pages. */
export interface Pages<Row, Data = Paged> {
  /** The first page. */
  readonly answer: Answer<Data>;
  /** Of all pages so far. */
  readonly rows: readonly Row[];
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly moreError: unknown;
  readonly loadMore: () => void;
}

interface Following<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** Asks for the first page, and for the others one by one. Another question, or the first page again, begins anew. */
export function usePages<Row, Data extends Paged>(
  path: string,
  parameters: Parameters,
  rowsOf: (data: Data) => readonly Row[],
): Pages<Row, Data> {
  const answer = useAnswer<Data>(path, parameters);
  const [following, setFollowing] = useState<Following<Row>>();
  const [loadingMore, setLoadingMore] = useState(false);
  const [moreError, setMoreError] = useState<unknown>();
  const controller = useRef<AbortController>(undefined);
  const { data } = answer;
  const key = path + toQuery(parameters);

  // another question begins anew
  useEffect(() => {
    setFollowing(undefined);
    setMoreError(undefined);
    setLoadingMore(false);
    return () => controller.current?.abort();
  }, [data, key]);

  const next = following === undefined ? (data?.next ?? null) : following.next;
  const loadMore = async (): Promise<void> => {
    if (next === null || loadingMore) return;
    const own = new AbortController();
    controller.current = own;
    setLoadingMore(true);
    setMoreError(undefined);
    try {
      const page = await api.get<Data>(path, { ...parameters, cursor: next }, own.signal);
      if (own.signal.aborted) return;
      setFollowing((before) => ({ rows: [...(before?.rows ?? []), ...rowsOf(page)], next: page.next }));
    } catch (error) {
      if (!own.signal.aborted) setMoreError(error);
    } finally {
      if (!own.signal.aborted) setLoadingMore(false);
    }
  };
  return {
    answer,
    rows: data === undefined ? [] : [...rowsOf(data), ...(following?.rows ?? [])],
    hasMore: next !== null,
    loadingMore,
    moreError,
    loadMore: () => void loadMore(),
  };
}
