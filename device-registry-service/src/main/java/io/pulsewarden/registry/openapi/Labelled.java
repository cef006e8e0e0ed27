package io.pulsewarden.registry.openapi;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/** EST by an organisation's label answers as EST without, and does not know some labels. */
final class Labelled {

  private static final String PREFIX = "labelled";

  private Labelled() {}

  static void completed(OpenAPI document) {
    Map<String, Operation> byId =
        document.getPaths().getPathItems().values().stream()
            .map(PathItem::getOperations)
            .map(Map::values)
            .flatMap(Collection::stream)
            .collect(Collectors.toMap(Operation::getOperationId, Function.identity()));
    byId.forEach(
        (id, operation) -> {
          if (id.startsWith(PREFIX)) {
            String plain = id.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
            Operation same = byId.get(plain);
            if (same != null) {
              copy(same.getResponses(), operation.getResponses());
            }
          }
        });
  }

  private static void copy(APIResponses from, APIResponses to) {
    from.getAPIResponses()
        .forEach(
            (status, response) ->
                to.addAPIResponse(
                    status, OASFactory.createAPIResponse().description(response.getDescription())));
    to.addAPIResponse(
        "404",
        OASFactory.createAPIResponse().description("not-found: no organisation has the label"));
  }
}
