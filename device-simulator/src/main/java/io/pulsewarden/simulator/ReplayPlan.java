package io.pulsewarden.simulator;

import io.pulsewarden.simulator.fleet.Counters;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.mqtt.DeviceSession;
import io.pulsewarden.simulator.mqtt.SessionObserver;
import io.pulsewarden.simulator.provisioning.Provisioner;
import io.pulsewarden.simulator.replay.Ledger;
import io.pulsewarden.simulator.replay.LedgerObserver;
import io.pulsewarden.simulator.replay.RecordFile;
import io.pulsewarden.simulator.replay.ReplaySource;
import io.pulsewarden.simulator.replay.Role;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A recorded patient with two devices, the monitor and the cuff; or all devices of a list, each as
 * one of the two.
 */
record ReplayPlan(Path file, ReplayOptions options, Clock clock) implements Plan {

  ReplayPlan {
    if (options.batchMinutes < 1) {
      throw new SimulatorException("--batch-minutes is at least 1");
    }
  }

  @Override
  public Prepared prepare(Workbench bench, Counters counters) throws InterruptedException {
    RecordFile record = RecordFile.read(file);
    Instant start = start(record);
    List<Played> devices = devices(bench, start);
    Path ledgerFile = options.ledger;
    Ledger ledger = ledgerFile == null ? null : Ledger.create(ledgerFile);
    SessionObserver observer = ledger == null ? counters : new LedgerObserver(counters, ledger);
    List<DeviceSession> sessions = new ArrayList<>();
    long messages = 0;
    for (Played played : devices) {
      DeviceIdentity device = played.device();
      Role role = played.role();
      ReplaySource source =
          new ReplaySource(
              record, role, device.device(), start, options.batchMinutes, options.speed);
      messages += source.messages();
      sessions.add(bench.session(device, source, observer));
      bench.say(
          "%s %s: %d messages".formatted(role.wireName(), device.device(), source.messages()));
    }
    bench.say("minute 0 is " + start);
    return new Prepared(
        sessions,
        OptionalLong.of(messages),
        () -> {
          if (ledger != null) {
            ledger.close();
          }
        });
  }

  private Instant start(RecordFile record) {
    Instant given = options.start;
    return given != null
        ? given.truncatedTo(ChronoUnit.MILLIS)
        : clock
            .instant()
            .truncatedTo(ChronoUnit.SECONDS)
            .minus(Duration.ofMinutes(record.lastMinute()));
  }

  /** A device, and what of the record it sends. */
  private record Played(Role role, DeviceIdentity device) {}

  private List<Played> devices(Workbench bench, Instant start) throws InterruptedException {
    Path list = options.devicesFile;
    return list == null ? registered(bench, start) : listed(bench, ListedDevice.read(list));
  }

  private List<Played> registered(Workbench bench, Instant start) throws InterruptedException {
    Provisioner.Wearer wearer = wearer(bench);
    List<Played> devices = new ArrayList<>();
    for (Role role : Role.values()) {
      DeviceIdentity device =
          bench
              .provisioner()
              .provision(
                  bench.state().slot("record-" + role.wireName()),
                  "Replaying " + role.wireName(),
                  wearer,
                  start);
      devices.add(new Played(role, device));
    }
    return devices;
  }

  private static List<Played> listed(Workbench bench, List<ListedDevice> list)
      throws InterruptedException {
    List<Played> devices = new ArrayList<>();
    for (Role role : Role.values()) {
      List<ListedDevice> ofRole =
          list.stream().filter(each -> each.profile().equals(role.wireName())).toList();
      if (ofRole.isEmpty()) {
        throw new SimulatorException("the list has no device with profile " + role.wireName());
      }
      for (ListedDevice each : ofRole) {
        DeviceIdentity device =
            bench
                .provisioner()
                .enrol(bench.state().slot("listed-" + each.device()), each.device(), each.claim());
        devices.add(new Played(role, device));
      }
    }
    return devices;
  }

  // Both devices have one wearer, made when the first of them asks.
  private Provisioner.Wearer wearer(Workbench bench) {
    return new Provisioner.Wearer() {
      private @Nullable String patient = options.patient;

      @Override
      public String patient() throws InterruptedException {
        String known = patient;
        if (known == null) {
          known = bench.patients().create(UUID.randomUUID().toString(), "recorded");
          patient = known;
          bench.say("patient " + known);
        }
        return known;
      }
    };
  }
}
