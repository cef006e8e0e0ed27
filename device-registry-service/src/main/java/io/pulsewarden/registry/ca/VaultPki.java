package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.json.JsonObject;
import io.pulsewarden.vault.VaultAnswer;
import io.pulsewarden.vault.VaultMount;
import io.pulsewarden.vault.VaultUnavailableException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;

/**
 * Requests to Vault's PKI engine; what goes wrong is named and quotes no answer. Blocks.
 * Thread-safe.
 */
final class VaultPki {

  private final VaultMount mount;

  VaultPki(VaultMount mount) {
    this.mount = mount;
  }

  /** What is there, or a failure. */
  JsonObject read(String path) {
    try {
      return data(mount.read(path));
    } catch (VaultUnavailableException failed) {
      throw named(failed);
    }
  }

  /** What came of it: 2xx or 4xx. */
  VaultAnswer write(String path, Map<String, Object> body) {
    try {
      return mount.write(path, body);
    } catch (VaultUnavailableException failed) {
      throw named(failed);
    }
  }

  /** The object called {@code data} of a success. */
  static JsonObject data(VaultAnswer answer) {
    require(answer);
    JsonObject data = answer.data();
    if (data == null) {
      throw notPki();
    }
    return data;
  }

  static void require(VaultAnswer answer) {
    if (!answer.isSuccess()) {
      throw named(answer.failure());
    }
  }

  static String text(JsonObject data, String field) {
    String text = data.getString(field);
    if (text == null) {
      throw notPki();
    }
    return text;
  }

  static X509Certificate certificate(String pem) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException unreadable) {
      throw notPki();
    }
  }

  static CertificateAuthorityException notPki() {
    return new CertificateAuthorityException(
        AuthorityFailure.UNREACHABLE, "Vault's answer is not one of PKI", null);
  }

  private static CertificateAuthorityException named(VaultUnavailableException failed) {
    AuthorityFailure reason =
        switch (failed.reason()) {
          case UNREACHABLE -> AuthorityFailure.UNREACHABLE;
          case SEALED -> AuthorityFailure.SEALED;
          case BUSY -> AuthorityFailure.BUSY;
          case FORBIDDEN -> AuthorityFailure.FORBIDDEN;
          case NOT_FOUND -> AuthorityFailure.NOT_FOUND;
          case IMPOSSIBLE -> AuthorityFailure.IMPOSSIBLE;
        };
    return new CertificateAuthorityException(reason, String.valueOf(failed.getMessage()), failed);
  }
}
