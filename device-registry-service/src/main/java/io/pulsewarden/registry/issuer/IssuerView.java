package io.pulsewarden.registry.issuer;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pulsewarden.registry.ca.CertificatePem;
import io.pulsewarden.registry.ca.IssuerKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An issuing CA. */
@Schema(name = "IssuingCa")
@JsonInclude(JsonInclude.Include.NON_NULL)
record IssuerView(
    @Schema(description = "SHA-256 over its SubjectPublicKeyInfo; names its revocation list")
        String keyHash,
    String subject,
    Instant notBefore,
    Instant notAfter,
    @Schema(description = "Whether it is the one that signs now") boolean signing,
    @Schema(description = "Since when devices with its certificates are not let in")
        @Nullable Instant retiredAt,
    @Schema(description = "PEM") String certificate) {

  static IssuerView of(X509Certificate issuer, boolean signing, @Nullable Instant retiredAt) {
    return new IssuerView(
        IssuerKey.hash(issuer),
        issuer.getSubjectX500Principal().getName(),
        issuer.getNotBefore().toInstant(),
        issuer.getNotAfter().toInstant(),
        signing,
        retiredAt,
        CertificatePem.write(issuer));
  }
}
