package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.json.JsonArray;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The roles that Vault signs device certificates by: one for each organisation, since Vault takes a
 * subject's O from the role alone. They are written before their first use in this process, always
 * the same, so that two processes may do it at once. A crash after that leaves a role that nothing
 * is signed by yet.
 */
final class VaultRoles {

  private static final int NOT_BEFORE_SECONDS = 300;

  private final VaultPki pki;
  private final Set<UUID> written = ConcurrentHashMap.newKeySet();

  VaultRoles(VaultPki pki) {
    this.pki = pki;
  }

  static String name(UUID organisation) {
    return "device-" + organisation;
  }

  /** The name of an organisation's role, which is there. */
  String of(UUID organisation) {
    if (!written.contains(organisation)) {
      VaultPki.require(pki.write("roles/" + name(organisation), role(organisation)));
      written.add(organisation);
    }
    return name(organisation);
  }

  /**
   * Somebody removed or changed the role, it seems.
   *
   * @return whether it had been written before, so that to write it again may help
   */
  boolean forget(UUID organisation) {
    return written.remove(organisation);
  }

  /** What docs/vault.md shows; names come with each request, and never from the device's. */
  static Map<String, Object> role(UUID organisation) {
    return Map.ofEntries(
        Map.entry("organization", list(organisation.toString())),
        Map.entry("use_csr_common_name", false),
        Map.entry("use_csr_sans", false),
        Map.entry("allow_any_name", true),
        Map.entry("enforce_hostnames", false),
        Map.entry("cn_validations", list("disabled")),
        Map.entry("allow_localhost", false),
        Map.entry("allow_ip_sans", false),
        Map.entry("allow_wildcard_certificates", false),
        Map.entry("allowed_uri_sans", list("urn:uuid:*")),
        Map.entry("key_type", "any"),
        Map.entry("key_usage", list("DigitalSignature")),
        Map.entry("client_flag", true),
        Map.entry("server_flag", false),
        Map.entry("code_signing_flag", false),
        Map.entry("email_protection_flag", false),
        Map.entry("basic_constraints_valid_for_non_ca", true),
        Map.entry("not_before_duration", NOT_BEFORE_SECONDS + "s"),
        Map.entry("no_store", true),
        Map.entry("generate_lease", false));
  }

  private static JsonArray list(String value) {
    return new JsonArray().add(value);
  }
}
