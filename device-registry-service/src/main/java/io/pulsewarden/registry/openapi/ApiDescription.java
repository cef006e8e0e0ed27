package io.pulsewarden.registry.openapi;

import java.util.Map;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;

/**
 * Completes the OpenAPI document: each operation gets the problems that any request may meet, an
 * example of each problem that its annotations name, and examples of what goes in and out. Named by
 * {@code mp.openapi.filter}.
 */
public final class ApiDescription implements OASFilter {

  /** Paths of people, who show a token; devices and relying parties come to the others. */
  private static final String PEOPLE = "/v1/";

  private final ApiProblems problems = ApiProblems.known();
  private final ApiExamples examples = ApiExamples.read();

  @Override
  public void filterOpenAPI(OpenAPI document) {
    ApiProblems.addSchema(document);
    Labelled.completed(document);
    for (Map.Entry<String, PathItem> path : document.getPaths().getPathItems().entrySet()) {
      for (Operation operation : path.getValue().getOperations().values()) {
        problems.complete(operation, path.getKey().startsWith(PEOPLE));
        examples.complete(operation);
      }
    }
  }
}
