/** Where `services/Dockerfile` puts a folder that a service serves: `DOCS_DIR` -> `/app/docs`. */
export const imageFolder = (variable: string): string =>
  `/app/${variable.replace(/_DIR$/, "").toLowerCase()}`;
