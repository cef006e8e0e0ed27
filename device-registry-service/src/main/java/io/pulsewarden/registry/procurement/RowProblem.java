package io.pulsewarden.registry.procurement;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Why a row was not taken. What the row said is not repeated.
 *
 * @param line where the row begins, from 1
 * @param code invalid-row, invalid-field, row-too-long, duplicate-row, device-already-registered
 * @param field the one that is wrong, where it is one
 */
@Schema(name = "ImportProblem")
@JsonInclude(JsonInclude.Include.NON_NULL)
record RowProblem(int line, String code, @Nullable String field) {

  static final String INVALID_ROW = "invalid-row";
  static final String TOO_LONG = "row-too-long";
  static final String DUPLICATE = "duplicate-row";
  static final String EXISTS = "device-already-registered";

  static RowProblem of(int line, String code) {
    return new RowProblem(line, code, null);
  }
}
