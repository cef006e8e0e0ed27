package io.pulsewarden.auditclient;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

/** A signer with a fresh key; its 'certificate' is a mere name. */
final class TestHeads implements HeadSigner {

  private final KeyPair keys;
  private volatile String certificate = "first";

  TestHeads() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    this.keys = generator.generateKeyPair();
  }

  void renewCertificate(String name) {
    certificate = name;
  }

  @Override
  public HeadSignature sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(message);
      return new HeadSignature(
          ByteString.copyFrom(signature.sign()),
          ByteString.copyFromUtf8(certificate),
          List.of(ByteString.copyFromUtf8("der of " + certificate)));
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  boolean verifies(byte[] message, ByteString head) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initVerify(keys.getPublic());
    signature.update(message);
    return signature.verify(head.toByteArray());
  }
}
