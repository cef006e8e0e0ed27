package io.pulsewarden.vault.standin;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys, and what signs with them. */
final class PkiKeys {

  private PkiKeys() {}

  static KeyPair keys(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(bits == 384 ? "secp384r1" : "secp256r1"));
    return generator.generateKeyPair();
  }

  static ContentSigner signer(KeyPair keys) throws OperatorCreationException {
    boolean large =
        ((java.security.interfaces.ECKey) keys.getPrivate()).getParams().getOrder().bitLength()
            > 256;
    return new JcaContentSignerBuilder(large ? "SHA384withECDSA" : "SHA256withECDSA")
        .build(keys.getPrivate());
  }
}
