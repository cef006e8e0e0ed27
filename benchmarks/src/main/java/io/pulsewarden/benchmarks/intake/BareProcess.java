package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.Bench;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.platform.servers.ServerFiles;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A running {@link BareEndpoint}, with the same heap as the service. */
final class BareProcess implements AutoCloseable {

  private static final int USUAL_HEAP_MEGABYTES = 384;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Process process;
  private final int port;

  private BareProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it, with a certificate of the platform's edge CA and trust in the device's issuer. */
  static BareProcess start(Bench bench, DeviceIdentity device)
      throws IOException, InterruptedException {
    return start(bench, device, USUAL_HEAP_MEGABYTES);
  }

  /** The same, where the service has another heap too. */
  static BareProcess start(Bench bench, DeviceIdentity device, int heapMegabytes)
      throws IOException, InterruptedException {
    DataFolder data = new DataFolder(bench.platform().data());
    Path folder = Files.createDirectories(data.root().resolve("bare"));
    LocalCa.openOrCreate(data.ca("edge"), "edge").issueEdge("bare").writePem(folder, "edge");
    Pem.writeCertificates(
        folder.resolve("devices.crt"), device.chain().subList(1, device.chain().size()));
    int port = FreePorts.find();
    Process process =
        new ProcessBuilder(
                ServerFiles.java().toString(),
                "-Xmx" + heapMegabytes + "m",
                "-cp",
                System.getProperty("java.class.path"),
                BareEndpoint.class.getName(),
                Integer.toString(port),
                folder.resolve("edge.crt").toString(),
                folder.resolve("edge.key").toString(),
                folder.resolve("devices.crt").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("bare.log").toFile())
            .start();
    BareProcess started = new BareProcess(process, port);
    started.awaitListening();
    return started;
  }

  private void awaitListening() throws IOException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - until < 0 && process.isAlive()) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
    close();
    throw new IOException("the bare endpoint did not start");
  }

  String server() {
    return "ssl://localhost:" + port;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
