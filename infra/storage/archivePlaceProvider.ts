import type { Provider } from "../dynamic/provider.ts";

export interface ArchivePlaceProps {
  /** Empty for no archive. */
  readonly url: string;
}

/**
 * Remembers where old ticks are archived. A server that is started without that place, or with another one, does not
 * find those ticks and answers as if there were none: refused, in a preview already.
 */
export const archivePlaceProvider: Provider<ArchivePlaceProps, ArchivePlaceProps> = {
  async check(olds, news) {
    if (olds === undefined || olds.url === "" || olds.url === news.url) return [];
    const reason =
      `tickhouse:archiveUrl is ${JSON.stringify(news.url)}, old ticks were archived to ${olds.url}: they would not be found any more. ` +
      `Accepted: ${olds.url}. To archive nothing more: tickhouse:hotDays 0. To get elsewhere: npm run backup, npm run down, ` +
      "set it, npm run up, npm run restore (docs/backup.md).";
    return [{ property: "url", reason }];
  },
  diff: async (olds, news) => ({ changes: olds.url !== news.url }),
  create: async (inputs) => ({ id: "archive", outs: inputs }),
  read: async (_id, props) => props,
  update: async (_id, _olds, news) => news,
  delete: async () => undefined,
};
