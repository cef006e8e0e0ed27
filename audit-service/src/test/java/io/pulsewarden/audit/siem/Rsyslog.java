package io.pulsewarden.audit.siem;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/** A real rsyslogd on loopback: TLS, client certificates, a file as its store. */
final class Rsyslog implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");

  private final Path folder;
  private final int port;
  private final LocalCa ca = LocalCa.create("syslog");

  /** How it does TLS. */
  enum Driver {
    OSSL,
    GTLS;

    private String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private @Nullable Process process;

  private Rsyslog(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Whether it is installed, with this driver. */
  static boolean isInstalled(Driver driver) {
    if (!Files.exists(PROGRAM)) {
      return false;
    }
    Path module = Path.of("lmnsd_" + driver.wireName() + ".so");
    try (Stream<Path> found =
        Files.find(Path.of("/usr/lib"), 3, (file, how) -> file.endsWith(module))) {
      return found.findFirst().isPresent();
    } catch (IOException | UncheckedIOException unreadable) {
      return false;
    }
  }

  /**
   * @param permitted the common name that it lets in
   */
  static Rsyslog start(Path folder, Driver driver, String permitted) throws IOException {
    Rsyslog server = new Rsyslog(folder, freePort());
    IssuedCertificate own = server.ca.issueEdge("syslog");
    own.writePem(folder, "syslog");
    Files.writeString(folder.resolve("syslog.key"), keyAsOpenSslWritesIt(own));
    Files.writeString(folder.resolve("ca.crt"), pem(server.ca));
    Files.writeString(
        folder.resolve("rsyslog.conf"),
        """
        global(workDirectory="%1$s" maxMessageSize="256k" defaultNetstreamDriver="%4$s"
               defaultNetstreamDriverCAFile="%1$s/ca.crt"
               defaultNetstreamDriverCertFile="%1$s/syslog.crt"
               defaultNetstreamDriverKeyFile="%1$s/syslog.key")
        module(load="imtcp" streamDriver.name="%4$s" streamDriver.mode="1"
               streamDriver.authMode="x509/name" permittedPeer=["%2$s"])
        template(name="raw" type="string" string="%%rawmsg%%\\n")
        input(type="imtcp" address="127.0.0.1" port="%3$d")
        action(type="omfile" file="%1$s/received" template="raw")
        """
            .formatted(folder, permitted, server.port, driver.wireName()));
    server.run();
    return server;
  }

  void run() throws IOException {
    process =
        new ProcessBuilder(
                PROGRAM.toString(), "-n", "-iNONE", "-f", folder.resolve("rsyslog.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
  }

  /** SIGKILL: what it has read and not written is gone. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }

  int port() {
    return port;
  }

  boolean listens() {
    try (Socket any = new Socket("localhost", port)) {
      return any.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** What a client shows that this server's CA vouches for. */
  PemTls client(String name) throws IOException {
    return client(ca, name);
  }

  /** The same name from a CA that this server has never heard of. */
  PemTls forger(String name) throws IOException {
    return client(LocalCa.create("syslog"), name);
  }

  private PemTls client(LocalCa issuer, String name) throws IOException {
    Path own = Files.createTempDirectory(folder, "client");
    issuer.issueService(name, "test.example").writePem(own, name);
    return new PemTls(
        Optional.of(folder.resolve("ca.crt")),
        Optional.of(own.resolve(name + ".crt")),
        Optional.of(own.resolve(name + ".key")));
  }

  /** Messages that were written whole; a kill leaves half a line before the next one. */
  Set<String> received() throws IOException {
    Path file = folder.resolve("received");
    Set<String> messages = new HashSet<>();
    if (Files.exists(file)) {
      for (String line : Files.readString(file, StandardCharsets.US_ASCII).split("\n", -1)) {
        messages.add(line.substring(Math.max(0, line.lastIndexOf('<'))));
      }
    }
    return messages;
  }

  @Override
  public void close() {
    kill();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private static String pem(LocalCa ca) {
    try {
      return pem("CERTIFICATE", ca.certificate().getEncoded());
    } catch (CertificateEncodingException malformed) {
      throw new AssertionError(malformed);
    }
  }

  /** With the public key in it: the GnuTLS of Debian 12 does not read what Java leaves out. */
  private static String keyAsOpenSslWritesIt(IssuedCertificate own) throws IOException {
    PrivateKeyInfo key = PrivateKeyInfo.getInstance(own.privateKey().getEncoded());
    SubjectPublicKeyInfo shown =
        SubjectPublicKeyInfo.getInstance(own.leaf().getPublicKey().getEncoded());
    ECPrivateKey whole =
        new ECPrivateKey(
            256,
            ECPrivateKey.getInstance(key.parsePrivateKey()).getKey(),
            shown.getPublicKeyData(),
            null);
    return pem("PRIVATE KEY", new PrivateKeyInfo(key.getPrivateKeyAlgorithm(), whole).getEncoded());
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(type, Base64.getMimeEncoder().encodeToString(der));
  }
}
