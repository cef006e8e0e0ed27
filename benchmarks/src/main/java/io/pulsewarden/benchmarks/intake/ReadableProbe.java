package io.pulsewarden.benchmarks.intake;

import io.pulsewarden.benchmarks.intake.WornDevices.Worn;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.simulator.endpoints.Endpoints;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One more device, and a nurse who looks for its readings: from PUBLISH to the first search that
 * finds the reading, each search audited as any other.
 */
final class ReadableProbe implements AutoCloseable {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Endpoints endpoints;
  private final PlatformHttp http;
  private final Person nurse;
  private final Worn worn;
  private final DeviceLine line;
  private final VitalsPacket packet;
  private final Random random = new Random(1);
  private final Clock clock = Clock.systemUTC();

  /**
   * What became of one reading, in microseconds from its PUBLISH.
   *
   * @param acknowledged when PUBACK came
   * @param searches how many there were until one found it
   * @param lastSearch how long that one took
   * @param readable when it was answered
   */
  record Found(long acknowledged, int searches, long lastSearch, long readable) {

    String csv() {
      return "%d,%d,%d,%d".formatted(acknowledged, searches, lastSearch, readable);
    }
  }

  /** Lets the nurse see the patient, and connects the device. */
  ReadableProbe(DataFolder data, WornDevices devices, Worn worn) throws Exception {
    this.endpoints = devices.endpoints();
    this.worn = worn;
    LocalCa edge = LocalCa.openOrCreate(data.ca("edge"), "edge");
    this.http = PlatformHttp.trusting(List.of(edge.certificate()));
    Ports ports = Ports.of(data);
    this.nurse = Person.demo(http, data, ports, "nurse");
    Person admin = Person.demo(http, data, ports, "admin");
    String teams = endpoints.fhir().resolve("/v1/care-teams").toString();
    String team = admin.post(teams, Map.of("name", "Load")).path("id").asText();
    admin.put(teams + "/" + team + "/members/" + nurse.id());
    admin.put(teams + "/" + team + "/patients/" + worn.patient());
    this.line =
        new DeviceLine(
            devices.trust().context(worn.identity().keyManagers()),
            endpoints.mqtt(),
            worn.identity().device());
    this.packet = new VitalsPacket(worn.identity().device());
  }

  /**
   * So many messages, one after the other, each after a random pause: the store goes round in a
   * rhythm, and a probe that began when the one before was found would keep it.
   */
  List<Found> measure(int count) throws IOException, InterruptedException {
    List<Found> found = new ArrayList<>();
    byte[] out = new byte[packet.length()];
    for (int i = 0; i < count; i++) {
      LockSupport.parkNanos((long) (random.nextDouble() * PAUSE_NANOS));
      packet.next(clock.millis(), out, 0);
      long began = System.nanoTime();
      line.send(out, out.length);
      line.receive(_ -> {});
      found.add(awaitReadable(began, System.nanoTime()));
    }
    return found;
  }

  private Found awaitReadable(long began, long acknowledged)
      throws IOException, InterruptedException {
    String search =
        "%s/Observation?patient=%s&code=8867-4&_count=1&date=ge%s"
            .formatted(endpoints.fhir(), worn.patient(), Instant.ofEpochMilli(packet.lastMillis()));
    for (int searches = 1; ; searches++) {
      long asked = System.nanoTime();
      boolean there = !nurse.get(search).path("entry").isEmpty();
      long answered = System.nanoTime();
      if (there) {
        return new Found(
            micros(began, acknowledged),
            searches,
            micros(asked, answered),
            micros(began, answered));
      }
      if (answered - began > PATIENCE_NANOS) {
        throw new IOException("a reading was not readable within a minute");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static long micros(long from, long until) {
    return TimeUnit.NANOSECONDS.toMicros(until - from);
  }

  @Override
  public void close() {
    line.close();
    http.close();
  }
}
