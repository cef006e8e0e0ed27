package io.pulsewarden.e2e;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real rsyslogd on loopback, with a file as its store; nothing where it is not installed. */
final class SyslogPeer implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/rsyslogd");

  private final Path folder;
  private final int port;
  private final Command.@Nullable Running running;

  private SyslogPeer(Path folder, int port, Command.@Nullable Running running) {
    this.folder = folder;
    this.port = port;
    this.running = running;
  }

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

  static SyslogPeer start(Path folder) throws IOException {
    if (!isInstalled()) {
      return new SyslogPeer(folder, 0, null);
    }
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    LocalCa ca = LocalCa.create("syslog");
    Pem.writeCertificates(folder.resolve("syslog-ca.crt"), List.of(ca.certificate()));
    ca.issueEdge("syslog").writePem(folder, "syslog");
    ca.issueService("audit-service", "test.example").writePem(folder, "client");
    Path configuration = folder.resolve("rsyslog.conf");
    Files.writeString(
        configuration,
        """
        global(workDirectory="%1$s" maxMessageSize="256k" defaultNetstreamDriver="ossl"
               defaultNetstreamDriverCAFile="%1$s/syslog-ca.crt"
               defaultNetstreamDriverCertFile="%1$s/syslog.crt"
               defaultNetstreamDriverKeyFile="%1$s/syslog.key")
        module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1"
               streamDriver.authMode="x509/name" permittedPeer=["audit-service"])
        template(name="raw" type="string" string="%%rawmsg%%\\n")
        input(type="imtcp" address="127.0.0.1" port="%2$d")
        action(type="omfile" file="%1$s/received" template="raw")
        """
            .formatted(folder, port));
    return new SyslogPeer(
        folder,
        port,
        Command.of(PROGRAM.toString(), "-n", "-iNONE", "-f", configuration.toString()).start());
  }

  /** Of audit-service. */
  Map<String, String> settings() {
    String prefix = "pulsewarden.siem.destinations.syslog.";
    return running == null
        ? Map.of()
        : Map.of(
            prefix + "url",
            "syslog+tls://localhost:" + port,
            prefix + "ca",
            folder.resolve("syslog-ca.crt").toString(),
            prefix + "certificate",
            folder.resolve("client.crt").toString(),
            prefix + "key",
            folder.resolve("client.key").toString(),
            prefix + "confirm-after",
            "1s",
            prefix + "settle",
            "500ms");
  }

  /** Places in the log of what it has in its file, in order, repetitions too. */
  List<Long> sequences() {
    List<Long> sequences = new ArrayList<>();
    Matcher lines = SiemPeer.SEQUENCE.matcher(received());
    while (lines.find()) {
      sequences.add(Long.parseLong(lines.group(1)));
    }
    return sequences;
  }

  /** What it has of a place in the log, as it came. */
  List<String> messages(long sequence) {
    return received()
        .lines()
        .filter(line -> line.contains("\"sequence\":" + sequence + "}"))
        .toList();
  }

  private String received() {
    Path file = folder.resolve("received");
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.US_ASCII) : "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() {
    if (running != null) {
      running.close();
    }
  }
}
