package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.json.JsonArray;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.json.JsonValue;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The issuers of a mount, as they were when they were read.
 *
 * @param issuing CAs that a root signed and whose keys are in Vault; the mount's default, which
 *     signs, first, then the newest
 * @param roots above them, as far as Vault has them
 */
record VaultIssuers(List<Issuer> issuing, List<X509Certificate> roots) {

  /**
   * One of them.
   *
   * @param id Vault's, which stays when names move
   */
  record Issuer(String id, X509Certificate certificate) {}

  VaultIssuers {
    issuing = List.copyOf(issuing);
    roots = List.copyOf(roots);
  }

  /**
   * Asks Vault.
   *
   * @throws CertificateAuthorityException if it can't be asked, or its default issuer is not an
   *     issuing CA below a root
   */
  static VaultIssuers read(VaultPki pki) {
    String signing = VaultPki.text(pki.read("config/issuers"), "default");
    List<Issuer> issuing = new ArrayList<>();
    Set<X509Certificate> roots = new LinkedHashSet<>();
    for (String id : strings(pki.read("issuers?list=true"), "keys")) {
      JsonObject found = pki.read("issuer/" + id);
      X509Certificate certificate = VaultPki.certificate(VaultPki.text(found, "certificate"));
      String key = found.getString("key_id");
      if (!isRoot(certificate) && key != null && !key.isEmpty()) {
        issuing.add(new Issuer(id, certificate));
      }
      strings(found, "ca_chain").stream()
          .map(VaultPki::certificate)
          .filter(VaultIssuers::isRoot)
          .forEach(roots::add);
    }
    issuing.sort(
        Comparator.comparing((Issuer issuer) -> !issuer.id().equals(signing))
            .thenComparing(issuer -> issuer.certificate().getNotBefore(), Comparator.reverseOrder())
            .thenComparing(Issuer::id));
    if (issuing.isEmpty() || !issuing.getFirst().id().equals(signing)) {
      throw new CertificateAuthorityException(
          AuthorityFailure.NOT_FOUND,
          "the default issuer of Vault's mount is no issuing CA with a key, below a root",
          null);
    }
    return new VaultIssuers(issuing, List.copyOf(roots));
  }

  Issuer signing() {
    return issuing.getFirst();
  }

  private static boolean isRoot(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  private static List<String> strings(JsonObject data, String field) {
    JsonValue list = data.get(field);
    if (list == null || !list.isArray()) {
      throw VaultPki.notPki();
    }
    JsonArray values = list.asArray();
    return values.values().stream().map(JsonValue::asString).toList();
  }
}
