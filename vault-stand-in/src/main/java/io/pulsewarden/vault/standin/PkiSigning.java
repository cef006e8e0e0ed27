package io.pulsewarden.vault.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The cryptography of the stand-in, written apart from ours and after Vault's own: PrintableString
 * in names, 159 random bits in serial numbers, thirty seconds back unless told, the defaults of
 * roles.
 */
final class PkiSigning {

  /** A request that Vault calls wrong. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private static final Pattern COMMA = Pattern.compile(",");
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;

  PkiSigning(Clock clock) {
    this.clock = clock;
  }

  static KeyPair keys(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(bits == 384 ? "secp384r1" : "secp256r1"));
    return generator.generateKeyPair();
  }

  static List<String> strings(JsonNode value) {
    List<String> strings = new ArrayList<>();
    if (value.isTextual()) {
      COMMA.splitAsStream(value.asText()).forEach(strings::add);
    }
    value.elements().forEachRemaining(one -> strings.add(one.asText()));
    return strings;
  }

  X509Certificate root(KeyPair keys, JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    X500Name name = name(strings(body.path("organization")), body.path("common_name").asText());
    X509v3CertificateBuilder builder =
        builder(name, name, keys, Duration.ofSeconds(30), clock.instant().plus(ttl(body)));
    authority(builder, new BasicConstraints(true));
    return sign(builder, keys, keys);
  }

  static String request(KeyPair keys, JsonNode body) throws IOException, OperatorCreationException {
    X500Name name = name(strings(body.path("organization")), body.path("common_name").asText());
    return Pems.request(
        new JcaPKCS10CertificationRequestBuilder(name, keys.getPublic())
            .build(signer(keys))
            .getEncoded());
  }

  X509Certificate intermediate(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          Refused {
    PKCS10CertificationRequest request = verified(body);
    X509v3CertificateBuilder builder =
        builder(
            subject(issuer),
            request.getSubject(),
            request,
            Duration.ofSeconds(30),
            clock.instant().plus(ttl(body)));
    authority(builder, new BasicConstraints(body.path("max_path_length").asInt()));
    return sign(builder, request, issuer);
  }

  /** {@code sign/:role}: names from the request's fields unless the role takes the CSR's. */
  X509Certificate byRole(PkiEngine.Issuer issuer, JsonNode role, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          Refused {
    PKCS10CertificationRequest request = verified(body);
    boolean theirName = role.path("use_csr_common_name").asBoolean(true);
    boolean theirSan = role.path("use_csr_sans").asBoolean(true);
    String name =
        theirName
            ? request.getSubject().getRDNs(BCStyle.CN)[0].getFirst().getValue().toString()
            : body.path("common_name").asText();
    if (!role.path("allow_any_name").asBoolean(false)) {
      throw new Refused("common name " + name + " not allowed by this role");
    }
    X509v3CertificateBuilder builder =
        builder(
            subject(issuer),
            name(strings(role.path("organization")), name),
            request,
            Durations.of(role.path("not_before_duration").asText("30s")),
            end(issuer, body));
    if (role.path("basic_constraints_valid_for_non_ca").asBoolean(false)) {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    }
    if (strings(role.path("key_usage")).equals(List.of("DigitalSignature"))) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    } else {
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(
              KeyUsage.digitalSignature | KeyUsage.keyAgreement | KeyUsage.keyEncipherment));
    }
    List<KeyPurposeId> purposes = new ArrayList<>();
    if (role.path("server_flag").asBoolean(true)) {
      purposes.add(KeyPurposeId.id_kp_serverAuth);
    }
    if (role.path("client_flag").asBoolean(true)) {
      purposes.add(KeyPurposeId.id_kp_clientAuth);
    }
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])));
    GeneralNames names = theirSan ? asked(request) : named(role, body, name);
    if (names != null) {
      builder.addExtension(Extension.subjectAlternativeName, false, names);
    }
    addresses(builder, issuer);
    return sign(builder, request, issuer);
  }

  private static @Nullable GeneralNames asked(PKCS10CertificationRequest request) {
    Extensions asked = request.getRequestedExtensions();
    return asked == null
        ? null
        : GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName);
  }

  private static GeneralNames named(JsonNode role, JsonNode body, String name) throws Refused {
    List<GeneralName> names = new ArrayList<>();
    if (!body.path("exclude_cn_from_sans").asBoolean(false)) {
      names.add(new GeneralName(GeneralName.dNSName, name));
    }
    for (String uri : strings(body.path("uri_sans"))) {
      boolean allowed =
          strings(role.path("allowed_uri_sans")).stream()
              .anyMatch(
                  glob ->
                      glob.endsWith("*")
                          ? uri.startsWith(glob.substring(0, glob.length() - 1))
                          : uri.equals(glob));
      if (!allowed) {
        throw new Refused("URI Subject Alternative Names are not allowed in this role");
      }
      names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }

  /** Everything from the request but basicConstraints. */
  X509Certificate verbatim(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException,
          IOException,
          OperatorCreationException,
          PKCSException,
          Refused {
    PKCS10CertificationRequest request = verified(body);
    X509v3CertificateBuilder builder =
        builder(
            subject(issuer),
            request.getSubject(),
            request,
            Duration.ofSeconds(30),
            end(issuer, body));
    Extensions asked = Objects.requireNonNull(request.getRequestedExtensions());
    for (ASN1ObjectIdentifier oid : asked.getExtensionOIDs()) {
      if (!oid.equals(Extension.basicConstraints)) {
        builder.addExtension(asked.getExtension(oid));
      }
    }
    addresses(builder, issuer);
    return sign(builder, request, issuer);
  }

  String list(PkiEngine.Issuer issuer, JsonNode body)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    Instant now = clock.instant();
    X509v2CRLBuilder builder = new X509v2CRLBuilder(subject(issuer), Date.from(now));
    builder.setNextUpdate(Date.from(now.plus(Durations.of(body.path("next_update").asText()))));
    for (JsonNode entry : body.path("revoked_certs")) {
      BigInteger serial =
          new BigInteger(1, HexFormat.of().parseHex(entry.path("serial_number").asText()));
      Date revokedAt = Date.from(Instant.parse(entry.path("revocation_time").asText()));
      List<Extension> extensions = each(entry.path("extensions"));
      if (extensions.isEmpty()) {
        builder.addCRLEntry(serial, revokedAt, 0);
      } else {
        builder.addCRLEntry(
            serial, revokedAt, new Extensions(extensions.toArray(new Extension[0])));
      }
    }
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils()
            .createAuthorityKeyIdentifier(issuer.certificate.getPublicKey()));
    builder.addExtension(
        Extension.cRLNumber, false, new CRLNumber(body.path("crl_number").bigIntegerValue()));
    for (Extension extension : each(body.path("extensions"))) {
      builder.addExtension(extension);
    }
    return Base64.getEncoder()
        .encodeToString(builder.build(signer(Objects.requireNonNull(issuer.keys))).getEncoded());
  }

  private static List<Extension> each(JsonNode list) {
    List<Extension> extensions = new ArrayList<>();
    for (JsonNode one : list) {
      extensions.add(
          new Extension(
              new ASN1ObjectIdentifier(one.path("id").asText()),
              one.path("critical").asBoolean(),
              Base64.getDecoder().decode(one.path("value").asText())));
    }
    return extensions;
  }

  private Instant end(PkiEngine.Issuer issuer, JsonNode body) throws Refused {
    Instant end = Instant.parse(body.path("not_after").asText());
    if (end.isAfter(issuer.certificate.getNotAfter().toInstant())) {
      throw new Refused("cannot satisfy request, as TTL would result in notAfter beyond the CA's");
    }
    return end;
  }

  private static PKCS10CertificationRequest verified(JsonNode body)
      throws IOException, OperatorCreationException, PKCSException, Refused {
    String pem = body.path("csr").asText();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof PKCS10CertificationRequest request
          && request.isSignatureValid(
              new JcaContentVerifierProviderBuilder()
                  .setProvider(PROVIDER)
                  .build(request.getSubjectPublicKeyInfo()))) {
        return request;
      }
    }
    throw new Refused("request signature invalid");
  }

  private static void authority(X509v3CertificateBuilder builder, BasicConstraints constraints)
      throws IOException {
    builder.addExtension(Extension.basicConstraints, true, constraints);
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static void addresses(X509v3CertificateBuilder builder, PkiEngine.Issuer issuer)
      throws IOException {
    for (String responder : issuer.responders) {
      builder.addExtension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(
              AccessDescription.id_ad_ocsp,
              new GeneralName(GeneralName.uniformResourceIdentifier, responder)));
    }
    for (String list : issuer.lists) {
      builder.addExtension(
          Extension.cRLDistributionPoints,
          false,
          new CRLDistPoint(
              new DistributionPoint[] {
                new DistributionPoint(
                    new DistributionPointName(
                        new GeneralNames(
                            new GeneralName(GeneralName.uniformResourceIdentifier, list))),
                    null,
                    null)
              }));
    }
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys, Duration back, Instant end) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(159, random),
        Date.from(clock.instant().minus(back)),
        Date.from(end),
        subject,
        org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      PKCS10CertificationRequest request,
      Duration back,
      Instant end) {
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(159, random),
        Date.from(clock.instant().minus(back)),
        Date.from(end),
        subject,
        request.getSubjectPublicKeyInfo());
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, PKCS10CertificationRequest request, PkiEngine.Issuer issuer)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(request.getSubjectPublicKeyInfo()));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(issuer.certificate.getPublicKey()));
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(signer(Objects.requireNonNull(issuer.keys))));
  }

  private static X509Certificate sign(
      X509v3CertificateBuilder builder, KeyPair subject, KeyPair issuer)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        identifiers.createSubjectKeyIdentifier(subject.getPublic()));
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer(issuer)));
  }

  private static ContentSigner signer(KeyPair keys) throws OperatorCreationException {
    boolean large =
        ((java.security.interfaces.ECKey) keys.getPrivate()).getParams().getOrder().bitLength()
            > 256;
    return new JcaContentSignerBuilder(large ? "SHA384withECDSA" : "SHA256withECDSA")
        .build(keys.getPrivate());
  }

  private static X500Name subject(PkiEngine.Issuer issuer) throws GeneralSecurityException {
    return new JcaX509CertificateHolder(issuer.certificate).getSubject();
  }

  /** As Go writes names: O before CN, PrintableString where the characters allow. */
  private static X500Name name(List<String> organisations, String commonName) {
    ASN1EncodableVector parts = new ASN1EncodableVector();
    for (String organisation : organisations) {
      parts.add(part(BCStyle.O, organisation));
    }
    parts.add(part(BCStyle.CN, commonName));
    return X500Name.getInstance(new DERSequence(parts));
  }

  private static ASN1Primitive part(ASN1ObjectIdentifier type, String value) {
    ASN1EncodableVector pair = new ASN1EncodableVector();
    pair.add(type);
    pair.add(new DERPrintableString(value));
    return new DERSet(new DERSequence(pair));
  }

  private static Duration ttl(JsonNode body) {
    return Durations.of(body.path("ttl").asText());
  }
}
