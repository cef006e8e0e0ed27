package io.pulsewarden.simulator;

import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.mqtt.DeviceSession;
import io.pulsewarden.simulator.mqtt.MessageSource;
import io.pulsewarden.simulator.mqtt.MqttServer;
import io.pulsewarden.simulator.mqtt.SessionObserver;
import io.pulsewarden.simulator.provisioning.PatientClient;
import io.pulsewarden.simulator.provisioning.Provisioner;
import io.pulsewarden.simulator.state.StateFolder;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * What all plans work with.
 *
 * @param https closed at the end
 * @param inFlight unanswered messages a device may have
 */
record Workbench(
    HttpClient https,
    StateFolder state,
    Provisioner provisioner,
    PatientClient patients,
    MqttServer server,
    int inFlight,
    PrintWriter out,
    Clock clock)
    implements AutoCloseable {

  private static final int AT_ONCE = 8;

  /** A session for an enrolled device. */
  DeviceSession session(DeviceIdentity identity, MessageSource source, SessionObserver observer) {
    return new DeviceSession(identity, source, server, inFlight, observer);
  }

  /** Makes devices ready, some at a time, and says how far it is. Fails if one of them fails. */
  List<DeviceIdentity> ready(List<Callable<DeviceIdentity>> devices) throws InterruptedException {
    Semaphore places = new Semaphore(AT_ONCE);
    List<DeviceIdentity> ready = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<DeviceIdentity>> all = new ArrayList<>();
      devices.forEach(each -> all.add(threads.submit(() -> inPlace(places, each))));
      try {
        for (Future<DeviceIdentity> each : all) {
          ready.add(each.get());
          if (ready.size() % 10 == 0 || ready.size() == all.size()) {
            say("devices ready: " + ready.size() + " of " + all.size());
          }
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("a device could not be made ready", e.getCause());
      }
    }
    return ready;
  }

  private static DeviceIdentity inPlace(Semaphore places, Callable<DeviceIdentity> device)
      throws Exception {
    places.acquire();
    try {
      return device.call();
    } finally {
      places.release();
    }
  }

  /** A line for the person. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  @Override
  public void close() {
    state.close();
    https.shutdownNow();
  }
}
