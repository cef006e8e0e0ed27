package io.pulsewarden.simulator.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.simulator.SimulatorException;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One device's files, each mode 0600 and each written whole: {@code device} (its id) once it is
 * registered, {@code claim} until it is enrolled, {@code device.key} and {@code device.crt} after.
 */
public final class DeviceSlot {

  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final Path folder;

  DeviceSlot(Path folder) {
    this.folder = folder;
  }

  /** The device's id, if it is registered. */
  public Optional<UUID> device() {
    return read("device").map(UUID::fromString);
  }

  /** The claim with which it may enrol, if it has one. */
  public Optional<String> claim() {
    return read("claim");
  }

  /** What it enrolled for, if it did. */
  public Optional<DeviceIdentity> identity() {
    Optional<String> key = read("device.key");
    if (key.isEmpty() || !Files.exists(folder.resolve("device.crt"))) {
      return Optional.empty();
    }
    try (InputStream chain = Files.newInputStream(folder.resolve("device.crt"))) {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(chain)) {
        certificates.add((X509Certificate) each);
      }
      return Optional.of(new DeviceIdentity(device().orElseThrow(), key(key.get()), certificates));
    } catch (IOException | GeneralSecurityException e) {
      throw new SimulatorException("cannot read the device in " + folder, e);
    }
  }

  /** Remembers a registered device. A crash before this leaves a device that never enrols. */
  public void registered(UUID device, String claim) {
    write("claim", claim);
    write("device", device.toString());
  }

  /** Remembers a fresh claim. */
  public void claimed(String claim) {
    write("claim", claim);
  }

  /**
   * Remembers an enrolled device; the certificate comes last and makes it count. A crash before
   * this leaves a used claim: the next start has it refused and asks for another.
   */
  public void enrolled(DeviceIdentity identity) {
    try {
      write("device.key", pem("PRIVATE KEY", identity.key().getEncoded()));
      StringBuilder chain = new StringBuilder();
      for (X509Certificate each : identity.chain()) {
        chain.append(pem("CERTIFICATE", each.getEncoded()));
      }
      write("device.crt", chain.toString());
      Files.deleteIfExists(folder.resolve("claim"));
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("not a certificate", e);
    } catch (IOException e) {
      throw new SimulatorException("cannot write to " + folder, e);
    }
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "");
    byte[] pkcs8 = Base64.getMimeDecoder().decode(base64);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  private static String pem(String type, byte[] der) {
    String body = PEM.encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }

  private Optional<String> read(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new SimulatorException("cannot read " + file, e);
    }
  }

  private void write(String name, String text) {
    Path file = folder.resolve(name);
    Path whole = folder.resolve(name + ".new");
    try {
      Files.deleteIfExists(whole);
      Files.createFile(
          whole,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(whole, text.getBytes(UTF_8));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new SimulatorException("cannot write " + file, e);
    }
  }
}
