package io.pulsewarden.audit.siem;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real rsyslogd on loopback: TLS, client certificates, a file as its store. */
final class Rsyslog implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");

  private final Path folder;
  private final int port;
  private final LocalCa ca = LocalCa.create("syslog");
  private @Nullable Process process;

  private Rsyslog(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Whether it is installed, with its OpenSSL driver: the GnuTLS of Debian 12 does not read P-256
   * keys as Java writes them.
   */
  static boolean isInstalled() {
    if (!Files.exists(PROGRAM)) {
      return false;
    }
    try (Stream<Path> driver =
        Files.find(
            Path.of("/usr/lib"), 3, (file, how) -> file.endsWith(Path.of("lmnsd_ossl.so")))) {
      return driver.findFirst().isPresent();
    } catch (IOException | UncheckedIOException unreadable) {
      return false;
    }
  }

  /**
   * @param permitted the common name that it lets in
   */
  static Rsyslog start(Path folder, String permitted) throws IOException {
    Rsyslog server = new Rsyslog(folder, freePort());
    server.ca.issueEdge("syslog").writePem(folder, "syslog");
    Files.writeString(folder.resolve("ca.crt"), pem(server.ca));
    Files.writeString(
        folder.resolve("rsyslog.conf"),
        """
        global(workDirectory="%1$s" maxMessageSize="256k" defaultNetstreamDriver="ossl"
               defaultNetstreamDriverCAFile="%1$s/ca.crt"
               defaultNetstreamDriverCertFile="%1$s/syslog.crt"
               defaultNetstreamDriverKeyFile="%1$s/syslog.key")
        module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1"
               streamDriver.authMode="x509/name" permittedPeer=["%2$s"])
        template(name="raw" type="string" string="%%rawmsg%%\\n")
        input(type="imtcp" address="127.0.0.1" port="%3$d")
        action(type="omfile" file="%1$s/received" template="raw")
        """
            .formatted(folder, permitted, server.port));
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

  /** What a client shows that this server's CA vouches for. */
  PemTls client(String name) throws IOException {
    ca.issueService(name, "test.example").writePem(folder, name);
    return new PemTls(
        Optional.of(folder.resolve("ca.crt")),
        Optional.of(folder.resolve(name + ".crt")),
        Optional.of(folder.resolve(name + ".key")));
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
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder().encodeToString(ca.certificate().getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
