package io.pulsewarden.telemetry.fhir;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;

/** A page of search results (FHIR R4, 3.1.1). It has no total: counting would mean opening all. */
public final class SearchBundle {

  private SearchBundle() {}

  /** The page, with something said about the search itself (FHIR R4, 3.1.1.4.3). */
  public static Bundle with(Bundle page, OperationOutcome outcome) {
    BundleEntryComponent entry = page.addEntry();
    entry.setResource(outcome);
    entry.getSearch().setMode(SearchEntryMode.OUTCOME);
    return page;
  }

  /**
   * A page.
   *
   * @param base such as {@code https://host:8442/fhir}, without a slash behind
   * @param self the search as it was understood
   * @param next where the next page is; empty on the last one
   */
  public static Bundle of(
      String base, String self, Optional<String> next, List<? extends Resource> matches) {
    Bundle bundle = new Bundle();
    bundle.setType(BundleType.SEARCHSET);
    bundle.addLink().setRelation("self").setUrl(self);
    next.ifPresent(url -> bundle.addLink().setRelation("next").setUrl(url));
    for (Resource match : matches) {
      BundleEntryComponent entry = bundle.addEntry();
      entry.setFullUrl(base + "/" + match.fhirType() + "/" + match.getIdPart());
      entry.setResource(match);
      entry.getSearch().setMode(SearchEntryMode.MATCH);
    }
    return bundle;
  }
}
