package io.pulsewarden.registry.est;

import io.pulsewarden.registry.csr.CsrRule;
import io.pulsewarden.registry.device.ClaimRule;
import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.problem.Problem;

/** Why an enrolment is refused. Codes are from a fixed set, so that they can label a metric. */
sealed interface Refusal {

  int UNAUTHORISED = 401;

  /** Stable name: problem code, metric label, reason in the audit entry. */
  String code();

  /** The answer. */
  Problem problem();

  /** No claim came with the request, or it was not to be read. */
  record NoCredentials() implements Refusal {

    @Override
    public String code() {
      return "credentials-missing";
    }

    @Override
    public Problem problem() {
      return new Problem(
          code(),
          UNAUTHORISED,
          "Enrolment needs credentials",
          "Use HTTP Basic with the device id and its claim.",
          null);
    }
  }

  /** The claim does not prove anything. */
  record ByClaim(ClaimRule rule) implements Refusal {

    @Override
    public String code() {
      return rule.code();
    }

    @Override
    public Problem problem() {
      return new Problem(code(), UNAUTHORISED, "The claim is refused", rule.detail(), null);
    }
  }

  /** Too many wrong claims came from one address. */
  record TooManyTries() implements Refusal {

    @Override
    public String code() {
      return "too-many-tries";
    }

    @Override
    public Problem problem() {
      return new Problem(
          code(), 429, "Too many wrong claims", "Try again in a minute, with the right one.", null);
    }
  }

  /** The presented certificate does not renew. */
  record ByCertificate(PresentedRule rule) implements Refusal {

    @Override
    public String code() {
      return rule.code();
    }

    @Override
    public Problem problem() {
      return new Problem(code(), 403, "The certificate does not renew", rule.detail(), null);
    }
  }

  /** The manufacturer's certificate proves no registered device. */
  record ByManufacturer(ManufacturerRule rule) implements Refusal {

    @Override
    public String code() {
      return rule.code();
    }

    @Override
    public Problem problem() {
      return new Problem(
          code(), 403, "The manufacturer's certificate is refused", rule.detail(), null);
    }
  }

  /** A person said no. */
  record ByDecision() implements Refusal {

    @Override
    public String code() {
      return "enrolment-rejected";
    }

    @Override
    public Problem problem() {
      return new Problem(
          code(), 403, "The enrolment is refused", "An administrator rejected this key.", null);
    }
  }

  /** The claim is good, but a device in this state gets no certificate. */
  record ByState(Lifecycle state) implements Refusal {

    @Override
    public String code() {
      return "device-state-forbids";
    }

    @Override
    public Problem problem() {
      return new Problem(
          code(), 403, "The device may not enrol", "The device is " + state.wire() + ".", null);
    }
  }

  /** The request breaks a rule. The claim can be used again with a better one. */
  record ByRequest(CsrRule rule) implements Refusal {

    @Override
    public String code() {
      return rule.code();
    }

    @Override
    public Problem problem() {
      int status =
          switch (rule) {
            case TOO_LARGE -> 413;
            case KEY_IN_USE -> 409;
            default -> 400;
          };
      return new Problem(
          code(), status, "The certification request is refused", rule.detail(), null);
    }
  }
}
