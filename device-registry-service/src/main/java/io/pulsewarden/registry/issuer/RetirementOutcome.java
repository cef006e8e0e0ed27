package io.pulsewarden.registry.issuer;

import java.security.cert.X509Certificate;
import java.time.Instant;

/** What became of a wish to retire an issuing CA. */
sealed interface RetirementOutcome {

  /** It is retired since then. */
  record Retired(X509Certificate issuer, Instant at) implements RetirementOutcome {}

  /** It signs now: whoever enrolled would be refused. */
  record Signing() implements RetirementOutcome {}

  /** There is none with that key. */
  record Unknown() implements RetirementOutcome {}
}
