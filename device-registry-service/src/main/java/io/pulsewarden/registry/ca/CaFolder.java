package io.pulsewarden.registry.ca;

import io.pulsewarden.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The embedded authority's files: {@code root.crt}, {@code root.key}, {@code issuing.crt}, {@code
 * issuing.key}, and {@code issuing-2.crt}, {@code issuing-2.key} and so on for those that came
 * later. There is a whole folder or none, and an issuing CA is there when its certificate is.
 */
final class CaFolder {

  private static final String ROOT = "root";
  private static final String ISSUING = "issuing";

  private final Path folder;
  private final int iterations;
  private final SecureRandom random;
  private final Clock clock;

  CaFolder(Path folder, SecureRandom random, Clock clock) {
    this(folder, KeyFile.ITERATIONS, random, clock);
  }

  /**
   * For tests, which have no secret to keep.
   *
   * @param iterations of PBKDF2, for keys that are made
   */
  CaFolder(Path folder, int iterations, SecureRandom random, Clock clock) {
    this.folder = folder.toAbsolutePath().normalize();
    this.iterations = iterations;
    this.random = random;
    this.clock = clock;
  }

  /**
   * What signing needs. The root's key is not read, and need not be there.
   *
   * @param issuing not empty; the newest first
   */
  record Opened(List<CaCertificates.Authority> issuing, X509Certificate root) {

    Opened {
      issuing = List.copyOf(issuing);
    }

    CaCertificates.Authority newest() {
      return issuing.getFirst();
    }
  }

  /**
   * Opens the authority; makes one if there is none.
   *
   * @throws CertificateAuthorityException if it can't be read, or the passphrase is not its own
   */
  Opened open(SecretBytes passphrase) {
    return open(passphrase, List.of());
  }

  /**
   * The same, where some keys are opened already: each costs a while.
   *
   * @param known what is in hand
   */
  Opened open(SecretBytes passphrase, List<CaCertificates.Authority> known) {
    try {
      if (Files.notExists(folder)) {
        create(passphrase);
      }
      return read(passphrase, known);
    } catch (IOException failed) {
      throw new CertificateAuthorityException("the CA's folder can't be used: " + folder, failed);
    }
  }

  /**
   * A crash before the rename leaves a folder that nobody looks into; the next start makes another
   * authority, and none has been seen outside. A crash after it leaves the whole authority. Two
   * processes at once: one rename wins, the other fails and finds the winner's.
   */
  private void create(SecretBytes passphrase) throws IOException {
    Path parent = Files.createDirectories(folder.resolveSibling(""));
    Path draft = Files.createTempDirectory(parent, folder.getFileName() + ".new-");
    CaCertificates certificates = new CaCertificates(random);
    CaCertificates.Authority root = certificates.newRoot(clock.instant());
    write(draft, ROOT, root, passphrase);
    write(draft, ISSUING, certificates.newIssuing(root, clock.instant()), passphrase);
    flush(draft);
    try {
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException lost) {
      if (Files.notExists(folder)) {
        throw lost;
      }
    }
    flush(parent);
  }

  /**
   * Makes the next issuing CA with the root's key, and opens what is not known. The key is written
   * before the certificate, and the certificate appears by a rename: a crash in between leaves a
   * key that no certificate belongs to, which the next try replaces.
   *
   * @return empty if the root's key is not here
   */
  Optional<Opened> addIssuing(SecretBytes passphrase, List<CaCertificates.Authority> known) {
    Path rootKey = folder.resolve(ROOT + ".key");
    try {
      if (Files.notExists(rootKey)) {
        return Optional.empty();
      }
      CaCertificates.Authority root =
          new CaCertificates.Authority(
              CertificatePem.readOne(folder.resolve(ROOT + ".crt")),
              KeyFile.decrypt(Files.readString(rootKey, StandardCharsets.US_ASCII), passphrase));
      CaCertificates.Authority next = new CaCertificates(random).newIssuing(root, clock.instant());
      String name = issuingName(count() + 1);
      Path draft = folder.resolve(name + ".crt.new");
      Files.deleteIfExists(folder.resolve(name + ".key"));
      Files.deleteIfExists(draft);
      write(folder.resolve(name + ".key"), KeyFile.encrypt(next.key(), passphrase, iterations));
      write(draft, CertificatePem.write(next.certificate()));
      Files.move(draft, folder.resolve(name + ".crt"), StandardCopyOption.ATOMIC_MOVE);
      flush(folder);
      return Optional.of(read(passphrase, known));
    } catch (IOException failed) {
      throw new CertificateAuthorityException("the CA's folder can't be used: " + folder, failed);
    }
  }

  private static String issuingName(int number) {
    return number == 1 ? ISSUING : ISSUING + "-" + number;
  }

  private int count() {
    int count = 1;
    while (Files.exists(folder.resolve(issuingName(count + 1) + ".crt"))) {
      count++;
    }
    return count;
  }

  private void write(
      Path draft, String name, CaCertificates.Authority authority, SecretBytes passphrase)
      throws IOException {
    write(draft.resolve(name + ".crt"), CertificatePem.write(authority.certificate()));
    write(draft.resolve(name + ".key"), KeyFile.encrypt(authority.key(), passphrase, iterations));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void flush(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Opened read(SecretBytes passphrase, List<CaCertificates.Authority> known)
      throws IOException {
    X509Certificate root = CertificatePem.readOne(folder.resolve(ROOT + ".crt"));
    List<CaCertificates.Authority> issuing = new ArrayList<>();
    for (int number = count(); number > 0; number--) {
      String name = issuingName(number);
      X509Certificate certificate = CertificatePem.readOne(folder.resolve(name + ".crt"));
      CaCertificates.Authority opened =
          known.stream()
              .filter(one -> one.certificate().equals(certificate))
              .findFirst()
              .orElse(null);
      issuing.add(opened == null ? read(name, certificate, root, passphrase) : opened);
    }
    return new Opened(issuing, root);
  }

  private CaCertificates.Authority read(
      String name, X509Certificate certificate, X509Certificate root, SecretBytes passphrase)
      throws IOException {
    String key = Files.readString(folder.resolve(name + ".key"), StandardCharsets.US_ASCII);
    CaCertificates.Authority authority =
        new CaCertificates.Authority(certificate, KeyFile.decrypt(key, passphrase));
    checkBelongTogether(root, authority);
    return authority;
  }

  /** A mixed-up folder must not sign certificates that nobody can verify. */
  private void checkBelongTogether(X509Certificate root, CaCertificates.Authority issuing) {
    try {
      issuing.certificate().verify(root.getPublicKey());
      byte[] probe = new byte[32];
      random.nextBytes(probe);
      Signature signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(issuing.key());
      signer.update(probe);
      byte[] signature = signer.sign();
      signer.initVerify(issuing.certificate().getPublicKey());
      signer.update(probe);
      if (!signer.verify(signature)) {
        throw new CertificateAuthorityException("issuing.key is not the key of issuing.crt");
      }
    } catch (GeneralSecurityException apart) {
      throw new CertificateAuthorityException("root.crt did not sign issuing.crt", apart);
    }
  }
}
