package io.pulsewarden.audit.search;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.AuditRecord;

/** A leaf's record, to be found again. */
public record IndexedEntry(long leafIndex, AuditRecord record, boolean showsCertificate) {

  /** PostgreSQL's text has no NUL, and its indexes no long keys. */
  private static final int MAX_TEXT = 200;

  ByteString incarnation() {
    return record.getIncarnation();
  }

  static String indexable(String text) {
    String clean = text.replace('\0', '\uFFFD');
    return clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
  }
}
