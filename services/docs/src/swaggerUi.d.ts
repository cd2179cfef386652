declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
  export default function SwaggerUI(options: {
    readonly dom_id: string;
    readonly url: string;
    readonly deepLinking: boolean;
    readonly validatorUrl: null;
  }): unknown;
}
