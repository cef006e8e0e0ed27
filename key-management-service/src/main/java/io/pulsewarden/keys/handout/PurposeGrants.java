package io.pulsewarden.keys.handout;

import io.pulsewarden.mtls.SpiffeId;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who may have keys for what, by SPIFFE id. What is not in the table is denied. Immutable. */
final class PurposeGrants {

  private final Map<SpiffeId, Set<Purpose>> granted = new HashMap<>();

  /**
   * @param byService purposes by service name
   * @throws IllegalArgumentException if a service or purpose does not exist
   */
  PurposeGrants(String trustDomain, Map<String, ? extends Collection<String>> byService) {
    byService.forEach(
        (service, names) -> {
          Set<Purpose> purposes = EnumSet.noneOf(Purpose.class);
          for (String name : names) {
            purposes.add(
                Purpose.ofWireName(name)
                    .orElseThrow(
                        () -> new IllegalArgumentException("no purpose is called " + name)));
          }
          granted.put(new SpiffeId(trustDomain, service), purposes);
        });
  }

  boolean allows(SpiffeId caller, Purpose purpose) {
    return granted.getOrDefault(caller, Set.of()).contains(purpose);
  }
}
