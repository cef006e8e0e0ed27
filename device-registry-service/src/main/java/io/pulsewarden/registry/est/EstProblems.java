package io.pulsewarden.registry.est;

import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every problem that enrolment answers with, for the API's description. */
public final class EstProblems {

  private EstProblems() {}

  /** One of each code. */
  public static List<Problem> all() {
    return Stream.of(
            Stream.of(
                new Refusal.NoCredentials(),
                new Refusal.TooManyTries(),
                new Refusal.ByDecision(),
                new Refusal.ByState(Lifecycle.QUARANTINED)),
            Arrays.stream(ClaimRule.values()).map(Refusal.ByClaim::new),
            Arrays.stream(PresentedRule.values()).map(Refusal.ByCertificate::new),
            Arrays.stream(ManufacturerRule.values()).map(Refusal.ByManufacturer::new),
            Arrays.stream(CsrRule.values()).map(Refusal.ByRequest::new))
        .flatMap(refusals -> refusals.map(Refusal.class::cast))
        .map(Refusal::problem)
        .toList();
  }
}
