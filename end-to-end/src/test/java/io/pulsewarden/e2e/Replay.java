package io.pulsewarden.e2e;

import io.pulsewarden.e2e.Chart.ReadValue;
import io.pulsewarden.e2e.RecordedVitals.Device;
import io.pulsewarden.e2e.RecordedVitals.ExpectedValue;
import io.pulsewarden.e2e.Ward.RegisteredDevice;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A recorded patient with a monitor and a cuff, or several with the same record, replayed by the
 * simulator as fast as it can.
 */
final class Replay {

  static final Path RECORD =
      Platform.ROOT.resolveSibling("shared").resolve("data/mimic2-s00001-numerics.csv");

  private static final int CHUNK = 64 * 1024;

  private final Platform platform;
  private final Path file;
  private final RecordedVitals record;
  private final List<Bed> beds;
  private final Instant start;
  private final String speed;
  private final Path ledger;
  private final Path list;
  private long counted;
  private long lines;

  private Replay(
      Platform platform,
      Ward ward,
      List<String> patients,
      Path file,
      Instant start,
      String speed,
      Path folder)
      throws IOException {
    this.platform = platform;
    this.file = file;
    this.start = start;
    this.speed = speed;
    this.record = RecordedVitals.read(file, start);
    this.beds = patients.stream().map(each -> Bed.of(ward, each, start.minusSeconds(60))).toList();
    this.ledger = folder.resolve("ledger.csv");
    this.list = folder.resolve("devices.jsonl");
    Files.write(
        list,
        beds.stream()
            .flatMap(bed -> Stream.of(line(bed.monitor(), "monitor"), line(bed.cuff(), "cuff")))
            .toList());
  }

  /** A patient, and what stands at the bed. */
  private record Bed(String patient, RegisteredDevice monitor, RegisteredDevice cuff) {

    static Bed of(Ward ward, String patient, Instant from) {
      String serial = UUID.randomUUID().toString();
      return new Bed(
          patient,
          ward.device("MONITOR-" + serial, patient, from),
          ward.device("CUFF-" + serial, patient, from));
    }

    String device(Device device) {
      return switch (device) {
        case MONITOR -> monitor.id();
        case CUFF -> cuff.id();
      };
    }
  }

  /** Registers and assigns both devices, so that they wear the patient from minute 0 on. */
  static Replay prepare(Platform platform, Ward ward, String patient, Path file) {
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(33));
    return prepare(platform, ward, List.of(patient), file, start, "max");
  }

  /** The same of these patients, from another minute 0 on and at another pace than the fastest. */
  static Replay prepare(
      Platform platform, Ward ward, List<String> patients, Path file, Instant start, String speed) {
    try {
      return new Replay(
          platform, ward, patients, file, start, speed, Files.createTempDirectory("replay"));
    } catch (IOException e) {
      throw new IllegalStateException("no folder for the replay", e);
    }
  }

  private static String line(RegisteredDevice device, String profile) {
    return "{\"deviceId\":\"%s\",\"claim\":\"%s\",\"profile\":\"%s\"}"
        .formatted(device.id(), device.claim(), profile);
  }

  /** Starts the simulator, which ends when every message is acknowledged. */
  Command.Running start() {
    return start(platform.data().resolve("platform.env"));
  }

  /** The same, towards the addresses in that file. */
  Command.Running start(Path addresses) {
    return platform
        .command(
            "simulate",
            "--env",
            addresses.toString(),
            "--record",
            file.toString(),
            "--devices-file",
            list.toString(),
            "--start",
            start.toString(),
            "--speed",
            speed,
            "--ledger",
            ledger.toString(),
            "--state",
            ledger.resolveSibling("state").toString())
        .start();
  }

  /** Answered messages so far: lines of the ledger, of which each is read once. */
  long answered() {
    if (!Files.exists(ledger)) {
      return 0;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(ledger)) {
      channel.position(counted);
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      while (channel.read(chunk.clear()) > 0) {
        counted += chunk.position();
        for (int i = 0; i < chunk.position(); i++) {
          lines += chunk.get(i) == '\n' ? 1 : 0;
        }
      }
      return lines - 1;
    } catch (IOException e) {
      throw new IllegalStateException(ledger.toString(), e);
    }
  }

  /** What has to be readable, once each, in order. */
  List<String> expected() {
    return beds.stream()
        .flatMap(bed -> record.values().stream().map(value -> line(bed, value)))
        .sorted()
        .toList();
  }

  /** What this user is shown of it, in the same form and order. */
  List<String> read(Chart chart, String user) {
    return beds.stream()
        .flatMap(bed -> Chart.values(chart.observations(user, bed.patient())).stream())
        .map(Replay::line)
        .sorted()
        .toList();
  }

  private static String line(Bed bed, ExpectedValue value) {
    return String.join(
        " ",
        bed.device(value.device()),
        value.time().toString(),
        value.panel(),
        value.code(),
        plain(value.value()),
        value.unit());
  }

  private static String line(ReadValue value) {
    return String.join(
        " ",
        value.device(),
        value.time(),
        value.panel(),
        value.code(),
        plain(value.value()),
        value.unit());
  }

  private static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  RecordedVitals record() {
    return record;
  }

  /** The first patient. */
  String patient() {
    return beds.getFirst().patient();
  }

  /** The first patient's. */
  String device(Device device) {
    return beds.getFirst().device(device);
  }
}
