package io.pulsewarden.registry.csr;

/** What became of a request. */
public sealed interface CsrVerdict {

  /** All rules hold. */
  record Accepted(AcceptedCsr csr) implements CsrVerdict {}

  /** The first rule that does not. */
  record Refused(CsrRule rule) implements CsrVerdict {}
}
