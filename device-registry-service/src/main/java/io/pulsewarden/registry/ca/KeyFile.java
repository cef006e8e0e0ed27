package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.function.Function;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** A private key as encrypted PKCS#8 in PEM; "Keys at rest" of docs/formats/certificates.md. */
final class KeyFile {

  /** What a passphrase costs to try, as the page says. */
  static final int ITERATIONS = 600_000;

  // Not registered with the JVM: the JDK's own names for these ciphers do not pad.
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  private KeyFile() {}

  static String encrypt(PrivateKey key, SecretBytes passphrase, int iterations) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          withChars(
              passphrase,
              chars -> {
                try {
                  return new JcaPKCS8Generator(
                          key,
                          new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                              .setProvider(PROVIDER)
                              .setPRF(PKCS8Generator.PRF_HMACSHA256)
                              .setIterationCount(iterations)
                              .setPassword(chars)
                              .build())
                      .generate();
                } catch (IOException | OperatorCreationException failed) {
                  throw new CertificateAuthorityException("a CA key can't be encrypted", failed);
                }
              }));
    } catch (IOException impossible) {
      throw new CertificateAuthorityException("a CA key can't be written", impossible);
    }
    return text.toString();
  }

  /**
   * The key of a file's text.
   *
   * @throws CertificateAuthorityException if the passphrase is not the one, or the file is damaged
   */
  static PrivateKey decrypt(String pem, SecretBytes passphrase) {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      if (!(parser.readObject() instanceof PKCS8EncryptedPrivateKeyInfo encrypted)) {
        throw new CertificateAuthorityException("a CA key file is not encrypted PKCS#8 in PEM");
      }
      return withChars(passphrase, chars -> decrypt(encrypted, chars));
    } catch (IOException unreadable) {
      throw new CertificateAuthorityException("a CA key file can't be read", unreadable);
    }
  }

  private static PrivateKey decrypt(PKCS8EncryptedPrivateKeyInfo encrypted, char[] passphrase) {
    try {
      return new JcaPEMKeyConverter()
          .getPrivateKey(
              encrypted.decryptPrivateKeyInfo(
                  new JceOpenSSLPKCS8DecryptorProviderBuilder()
                      .setProvider(PROVIDER)
                      .build(passphrase)));
    } catch (IOException | PKCSException | OperatorCreationException wrong) {
      throw new CertificateAuthorityException(
          "a CA key can't be decrypted: another passphrase, or a damaged file", wrong);
    }
  }

  private static <T> T withChars(SecretBytes passphrase, Function<char[], T> use) {
    return passphrase.use(
        bytes -> {
          CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
          char[] chars = Arrays.copyOf(decoded.array(), decoded.limit());
          try {
            return use.apply(chars);
          } finally {
            Arrays.fill(chars, '\0');
            Arrays.fill(decoded.array(), '\0');
          }
        });
  }
}
