package io.pulsewarden.audit.index;

import io.pulsewarden.audit.log.IndexedLeaf;
import io.pulsewarden.audit.search.EntryRow;
import io.pulsewarden.audit.search.IndexedFinding;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A row of whichever table of the index, to be compared.
 *
 * @param table without its prefix, such as {@code patient}
 * @param values its columns but for the leaf's index, as text that tells different ones apart
 */
record IndexRow(long leaf, String table, String values) {

  /** What the index has to have of a leaf. */
  static List<IndexRow> of(IndexedLeaf leaf) {
    List<IndexRow> rows = new ArrayList<>();
    leaf.entry().map(EntryRow::of).ifPresent(row -> add(rows, row));
    leaf.finding().ifPresent(finding -> rows.add(of(finding)));
    return rows;
  }

  static IndexRow entry(EntryRow row) {
    EntryRow.Stored stored = row.stored();
    StringBuilder values = new StringBuilder();
    for (Object value :
        new Object[] {
          row.service(),
          HexFormat.of().formatHex(row.incarnation().toByteArray()),
          row.sequence(),
          row.showsCertificate(),
          String.valueOf(row.occurredAtMs()),
          String.valueOf(row.action()),
          String.valueOf(row.outcome()),
          String.valueOf(row.organisationId()),
          String.valueOf(row.agentId()),
          String.valueOf(stored)
        }) {
      values.append(value).append('\0');
    }
    return new IndexRow(row.leafIndex(), "entry", values.toString());
  }

  static IndexRow patient(long leaf, String patient) {
    return new IndexRow(leaf, "patient", patient);
  }

  static IndexRow entity(long leaf, EntryRow.EntityKey key) {
    return new IndexRow(leaf, "entity", key.type() + '\0' + key.id());
  }

  static IndexRow finding(long leaf, int kind, long about) {
    return new IndexRow(leaf, "finding", kind + " " + about);
  }

  private static IndexRow of(IndexedFinding finding) {
    return finding(
        finding.leafIndex(), finding.finding().getKindValue(), finding.finding().getLeafIndex());
  }

  private static void add(List<IndexRow> rows, EntryRow row) {
    rows.add(entry(row));
    row.patients().forEach(patient -> rows.add(patient(row.leafIndex(), patient)));
    row.entities().forEach(key -> rows.add(entity(row.leafIndex(), key)));
  }
}
