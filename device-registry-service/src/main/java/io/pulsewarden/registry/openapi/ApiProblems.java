package io.pulsewarden.registry.openapi;

import io.pulsewarden.registry.est.EstProblems;
import io.pulsewarden.registry.problem.Problem;
import io.pulsewarden.registry.problem.ProblemBody;
import io.pulsewarden.registry.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Problem documents (RFC 9457) as answers, with an example of each code. */
final class ApiProblems {

  static final String MEDIA_TYPE = "application/problem+json";

  private static final String SCHEMA = "Problem";
  private static final int FIRST_ERROR = 400;

  /** {@code csr-...} stands for all that begin so. */
  private static final Pattern CODES = Pattern.compile("[a-z]+(?:-[a-z0-9]+)+|[a-z]+-\\.\\.\\.");

  private static final Pattern WORDS = Pattern.compile("[a-z-]+");

  /** By code and status, since EST refuses with 403 what others refuse with 409. */
  private final Map<String, Problem> problems;

  private ApiProblems(Map<String, Problem> problems) {
    this.problems = problems;
  }

  static ApiProblems known() {
    Map<String, Problem> all = new TreeMap<>();
    Stream.concat(
            Arrays.stream(ProblemType.values()).map(ProblemType::plain), EstProblems.all().stream())
        .forEach(problem -> all.put(key(problem.code(), problem.status()), problem));
    return new ApiProblems(all);
  }

  static void addSchema(OpenAPI document) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    properties.put("type", text("URI that ends in the code"));
    properties.put("title", text("What kind of problem it is"));
    properties.put(
        "status",
        OASFactory.createSchema()
            .addType(Schema.SchemaType.INTEGER)
            .description("The HTTP status"));
    properties.put("code", text("Stable name of the problem"));
    properties.put("detail", text("What was wrong this time, for people"));
    properties.put("field", text("The field, parameter or header that it is about"));
    document
        .getComponents()
        .addSchema(
            SCHEMA,
            OASFactory.createSchema()
                .addType(Schema.SchemaType.OBJECT)
                .description("A problem document (RFC 9457)")
                .required(List.of("type", "title", "status", "code"))
                .properties(properties));
  }

  private static Schema text(String description) {
    return OASFactory.createSchema().addType(Schema.SchemaType.STRING).description(description);
  }

  void complete(Operation operation, boolean people) {
    APIResponse bad = operation.getResponses().getAPIResponse("400");
    if (bad != null && codes(bad).isEmpty()) {
      // What is said of every operation with a body, in nobody's words.
      bad.setDescription(ProblemType.INVALID_BODY.plain().code());
    }
    for (ProblemType type : common(operation, people)) {
      Problem problem = type.plain();
      name(operation, Integer.toString(problem.status()), problem.code());
    }
    operation
        .getResponses()
        .getAPIResponses()
        .forEach(
            (status, response) -> {
              if (Integer.parseInt(status) >= FIRST_ERROR) {
                addExamples(Integer.parseInt(status), response);
              }
            });
  }

  /** What any request may meet. */
  private static List<ProblemType> common(Operation operation, boolean people) {
    List<ProblemType> types = new ArrayList<>();
    if (people) {
      types.add(ProblemType.UNAUTHENTICATED);
      types.add(ProblemType.FORBIDDEN);
      types.add(ProblemType.NO_ORGANISATION);
    }
    if (operation.getRequestBody() != null) {
      types.add(ProblemType.TOO_LARGE);
      types.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
    }
    types.add(ProblemType.INTERNAL);
    types.add(ProblemType.UNAVAILABLE);
    return types;
  }

  private static void name(Operation operation, String status, String code) {
    APIResponse present = operation.getResponses().getAPIResponse(status);
    if (present == null) {
      operation
          .getResponses()
          .addAPIResponse(status, OASFactory.createAPIResponse().description(code));
    } else if (!codes(present).contains(code)) {
      present.setDescription(present.getDescription() + ", " + code);
    }
  }

  private static List<String> codes(APIResponse response) {
    return CODES.matcher(response.getDescription()).results().map(MatchResult::group).toList();
  }

  private void addExamples(int status, APIResponse response) {
    MediaType content =
        OASFactory.createMediaType()
            .schema(OASFactory.createSchema().ref("#/components/schemas/" + SCHEMA));
    named(status, response)
        .forEach(
            problem ->
                content.addExample(
                    problem.code(), OASFactory.createExample().value(body(problem))));
    if (content.getExamples() != null) {
      response.setContent(OASFactory.createContent().addMediaType(MEDIA_TYPE, content));
    }
  }

  private List<Problem> named(int status, APIResponse response) {
    List<String> said = codes(response);
    return problems.values().stream()
        .filter(problem -> problem.status() == status)
        .filter(
            problem ->
                said.contains(problem.code())
                    || said.stream()
                        .filter(code -> code.endsWith("..."))
                        .map(code -> code.substring(0, code.length() - 3))
                        .anyMatch(problem.code()::startsWith)
                    || words(response).contains(problem.code()))
        .toList();
  }

  /** Codes of one word, such as 'forbidden'. */
  private static List<String> words(APIResponse response) {
    return WORDS.matcher(response.getDescription()).results().map(MatchResult::group).toList();
  }

  private static Map<String, Object> body(Problem problem) {
    ProblemBody body = ProblemBody.of(problem);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("type", body.type());
    values.put("title", body.title());
    values.put("status", body.status());
    values.put("code", body.code());
    if (body.detail() != null) {
      values.put("detail", body.detail());
    }
    return values;
  }

  private static String key(String code, int status) {
    return code + " " + status;
  }
}
