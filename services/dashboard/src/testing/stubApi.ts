import type { Api, Parameters } from "../api/client.ts";

/** An API whose answers a test decides; notes what it was asked. */
export function createStubApi(answer: (path: string, parameters: Parameters) => unknown) {
  const asked: Parameters[] = [];
  const api: Api = {
    async get<Answer>(path: string, parameters: Parameters) {
      asked.push(parameters);
      return answer(path, parameters) as Answer;
    },
    post: () => Promise.reject(new Error("nothing here posts")),
  };
  return { api, asked };
}
