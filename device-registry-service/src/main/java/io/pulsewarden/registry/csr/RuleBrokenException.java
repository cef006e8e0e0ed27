package io.pulsewarden.registry.csr;

/** Carries the broken rule from wherever it was found to {@link CsrPolicy}; never leaves here. */
final class RuleBrokenException extends Exception {

  private static final long serialVersionUID = 1L;

  private final CsrRule rule;

  RuleBrokenException(CsrRule rule) {
    // An expected outcome: no stack trace, which an attacker could make us fill by the thousand.
    super(rule.code(), null, false, false);
    this.rule = rule;
  }

  CsrRule rule() {
    return rule;
  }
}
