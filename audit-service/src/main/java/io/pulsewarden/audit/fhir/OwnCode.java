package io.pulsewarden.audit.fhir;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import java.util.Locale;
import org.hl7.fhir.r4.model.Coding;

/** The log's own action as a code, such as {@code observation-read}. */
final class OwnCode {

  private static final String PREFIX = "AUDIT_ACTION_";

  private OwnCode() {}

  /** An action that this version does not know is shown by its number. */
  static Coding of(AuditAction action, int number) {
    String code = action == AuditAction.UNRECOGNIZED ? Integer.toString(number) : of(action);
    return new Coding().setSystem(Codes.OWN_ACTION).setCode(code);
  }

  static String of(AuditAction action) {
    return action.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
