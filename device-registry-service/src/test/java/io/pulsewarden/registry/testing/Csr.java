package io.pulsewarden.registry.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Certification requests of all kinds, made by Bouncy Castle. */
public final class Csr {

  private final KeyPair keys;
  private final PKCS10CertificationRequestBuilder builder;
  private KeyPair signer;
  private String algorithm;

  private Csr(KeyPair keys, X500Name subject) {
    this.keys = keys;
    this.signer = keys;
    this.builder = new JcaPKCS10CertificationRequestBuilder(subject, keys.getPublic());
    this.algorithm =
        switch (keys.getPublic().getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "Ed25519";
          default -> "SHA256withRSA";
        };
  }

  public static Csr of(KeyPair keys) {
    return new Csr(keys, new X500Name("CN=whatever"));
  }

  public static Csr naming(String subject) {
    return new Csr(ec("secp256r1"), new X500Name(subject));
  }

  /** One that renews a certificate, with the same subject and SAN, and a new key. */
  public static Csr renewing(X509Certificate certificate) {
    return renewing(certificate, ec("secp256r1"));
  }

  public static Csr renewing(X509Certificate certificate, KeyPair keys) {
    try {
      JcaX509CertificateHolder held = new JcaX509CertificateHolder(certificate);
      return new Csr(keys, held.getSubject())
          .extension(
              Extension.subjectAlternativeName,
              GeneralNames.fromExtensions(held.getExtensions(), Extension.subjectAlternativeName));
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** A good one with a new P-256 key, as EST takes it. */
  public static byte[] fresh() {
    return of(ec("secp256r1")).base64();
  }

  public static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static KeyPair generate(String algorithm, int bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public Csr signedBy(KeyPair other) {
    signer = other;
    return this;
  }

  public Csr algorithm(String name) {
    algorithm = name;
    return this;
  }

  public Csr attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
    builder.addAttribute(type, value);
    return this;
  }

  public Csr extension(ASN1ObjectIdentifier type, ASN1Encodable value) {
    try {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(new Extension(type, false, value.toASN1Primitive().getEncoded()));
      return attribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public PKCS10CertificationRequest request() {
    try {
      // Bouncy Castle's own provider has the signatures that the JDK has under other names.
      ContentSigner content =
          new JcaContentSignerBuilder(algorithm)
              .setProvider(new BouncyCastleProvider())
              .build(signer.getPrivate());
      return builder.build(content);
    } catch (OperatorCreationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public byte[] der() {
    try {
      return request().getEncoded();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public byte[] base64() {
    return base64(der());
  }

  public static byte[] base64(byte[] der) {
    return Base64.getEncoder().encodeToString(der).getBytes(StandardCharsets.US_ASCII);
  }

  public KeyPair keys() {
    return keys;
  }
}
