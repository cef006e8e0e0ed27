package io.pulsewarden.telemetry.failure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailureBodyTest {

  @ParameterizedTest
  @EnumSource
  void shouldBeAnOperationOutcomeThatHapiReads(FailureCode code) {
    OperationOutcome outcome =
        FhirContext.forR4Cached()
            .newJsonParser()
            .parseResource(
                OperationOutcome.class, FailureBody.operationOutcome(code, "a \"word\" \\ \n"));
    assertThat(outcome.getIssueFirstRep().getCode().toCode()).isEqualTo(code.issueType());
    assertThat(outcome.getIssueFirstRep().getDiagnostics()).isEqualTo("a \"word\" \\ ?");
  }

  @Test
  void shouldBeAProblemWithTypeAndCode() throws Exception {
    JsonNode problem =
        new ObjectMapper().readTree(FailureBody.problem(FailureCode.ERASED, "gone \"now\""));
    assertThat(problem.get("status").asInt()).isEqualTo(410);
    assertThat(problem.get("code").asText()).isEqualTo("erased");
    assertThat(problem.get("type").asText()).isEqualTo("https://pulsewarden.io/problems/erased");
    assertThat(problem.get("title").asText()).isEqualTo("gone \"now\"");
  }
}
