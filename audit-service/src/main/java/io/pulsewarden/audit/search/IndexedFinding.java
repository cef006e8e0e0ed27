package io.pulsewarden.audit.search;

import io.pulsewarden.contracts.audit.v1.Finding;

/** A leaf that is a finding, to be found again. */
public record IndexedFinding(long leafIndex, Finding finding) {}
