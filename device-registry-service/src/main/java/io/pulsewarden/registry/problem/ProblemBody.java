package io.pulsewarden.registry.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The document as sent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProblemBody(
    String type,
    String title,
    int status,
    String code,
    @Nullable String detail,
    @Nullable String field) {

  private static final String TYPES = "https://pulsewarden.io/problems/";

  public static ProblemBody of(Problem problem) {
    return new ProblemBody(
        TYPES + problem.code(),
        problem.title(),
        problem.status(),
        problem.code(),
        problem.detail(),
        problem.field());
  }
}
