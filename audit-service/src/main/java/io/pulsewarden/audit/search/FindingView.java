package io.pulsewarden.audit.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A finding as JSON.
 *
 * @param kind of the contract's, without its prefix; a number where this version does not know it
 * @param service and the next two: the chain it is about, if it is about one
 * @param leafIndex of the entry that shows it
 * @param valueHash of an oversized value, base64
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record FindingView(
    String kind,
    String service,
    String incarnation,
    @JsonInclude(JsonInclude.Include.ALWAYS) long sequence,
    @JsonInclude(JsonInclude.Include.ALWAYS) long leafIndex,
    @Nullable String valueHash) {

  static FindingView of(Finding finding) {
    String name = finding.getKind().name();
    return new FindingView(
        name.equals("UNRECOGNIZED")
            ? Integer.toString(finding.getKindValue())
            : name.substring("FINDING_KIND_".length()),
        finding.getService(),
        HexFormat.of().formatHex(finding.getIncarnation().toByteArray()),
        finding.getSequence(),
        finding.getLeafIndex(),
        finding.getValueHash().isEmpty()
            ? null
            : Base64.getEncoder().encodeToString(finding.getValueHash().toByteArray()));
  }
}
