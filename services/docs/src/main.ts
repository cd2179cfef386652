import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

SwaggerUI({
  dom_id: "#reference",
  // Beside this page's folder, wherever the API, or a proxy before it, puts both.
  url: "../openapi.json",
  deepLinking: true,
  // The library would ask another host whether the document is valid.
  validatorUrl: null,
});
