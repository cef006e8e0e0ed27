package io.pulsewarden.audit.fhir;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;

/** A page of search results (FHIR R4, 3.1.1). It has no total: counting would mean finding all. */
final class SearchBundle {

  private SearchBundle() {}

  /**
   * A page.
   *
   * @param base such as {@code https://host:8444/fhir}, without a slash behind
   * @param self the search as it came
   * @param next where the next page is; empty on the last one
   */
  static Bundle of(
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
