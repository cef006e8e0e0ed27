package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.gap.Gap;
import io.pulsewarden.telemetry.gap.GapReports.Missing;
import java.time.Instant;
import java.util.List;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Period;

/** Says in a search's answer what the answer lacks (docs/fhir.md). */
final class MissingData {

  static final String SYSTEM = "https://pulsewarden.io/fhir/CodeSystem/missing-data";
  static final String PERIOD = "https://pulsewarden.io/fhir/StructureDefinition/missing-period";

  /** More are not named; the answer says so. */
  static final int MAX_NAMED = 100;

  private MissingData() {}

  /**
   * One issue for each gap, the latest first.
   *
   * @param missing at least one
   */
  static OperationOutcome outcome(List<Missing> missing) {
    OperationOutcome outcome = new OperationOutcome();
    missing.stream().limit(MAX_NAMED).forEach(one -> add(outcome, one));
    if (missing.size() > MAX_NAMED) {
      OperationOutcomeIssueComponent more = issue(outcome);
      more.getDetails().addCoding().setSystem(SYSTEM).setCode("more");
      more.getDetails().setText("data missing earlier than that, too");
    }
    return outcome;
  }

  private static void add(OperationOutcome outcome, Missing missing) {
    Gap gap = missing.gap();
    String from = Instant.ofEpochMilli(gap.fromMillis()).toString();
    String until = Instant.ofEpochMilli(gap.untilMillis()).toString();
    boolean sure = !gap.isRestart() && !missing.gateway();
    OperationOutcomeIssueComponent issue = issue(outcome);
    issue
        .getDetails()
        .addCoding()
        .setSystem(SYSTEM)
        .setCode(gap.isRestart() ? "numbering-restarted" : "messages-missing");
    issue
        .getDetails()
        .setText(
            (sure ? "data missing from " : "data may be missing from ") + from + " to " + until);
    issue.setDiagnostics(
        "Device/"
            + missing.source()
            + (gap.isRestart()
                ? ": the numbering began anew after " + (gap.first() - 1)
                : ": messages " + gap.first() + " to " + gap.last()));
    Period period = new Period();
    period.setStartElement(new DateTimeType(from));
    period.setEndElement(new DateTimeType(until));
    issue.addExtension(new Extension(PERIOD, period));
  }

  private static OperationOutcomeIssueComponent issue(OperationOutcome outcome) {
    return outcome.addIssue().setSeverity(IssueSeverity.WARNING).setCode(IssueType.INCOMPLETE);
  }
}
