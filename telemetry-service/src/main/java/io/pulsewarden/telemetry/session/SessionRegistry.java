package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of this instance, one a device. Closes them when the registry cuts a device off.
 * Thread-safe.
 */
@Singleton
final class SessionRegistry implements DeviceDirectory.Listener {

  /** How much a session had waiting when it was looked at: that changes meanwhile. */
  private record Weighed(DeviceSession session, long bytes) {}

  private final Map<UUID, DeviceSession> sessions = new ConcurrentHashMap<>();

  /** Sessions that have ended while something of theirs waited. */
  private final Set<DeviceSession> leaving = ConcurrentHashMap.newKeySet();

  SessionRegistry(DeviceDirectory directory) {
    directory.addListener(this);
  }

  /** The device's session from now on; one that it had before is told that it was taken over. */
  void register(DeviceSession session) {
    DeviceSession before = sessions.put(session.device(), session);
    if (before != null) {
      before.close(CloseReason.TAKEN_OVER);
    }
  }

  /** It has ended; another session of the same device stays. */
  void unregister(DeviceSession session) {
    sessions.remove(session.device(), session);
    if (session.waitingBytes() > 0) {
      leaving.add(session);
    }
  }

  /**
   * Ends sessions of devices that connected elsewhere since.
   *
   * @param newest the id of each device's newest connection
   */
  void takenOver(Map<UUID, UUID> newest) {
    newest.forEach(
        (device, connection) -> {
          DeviceSession session = sessions.get(device);
          if (session != null && !session.connection().equals(connection)) {
            session.close(CloseReason.TAKEN_OVER);
          }
        });
  }

  /** So many sessions, those first that have most bytes waiting; none that has nothing waiting. */
  List<DeviceSession> heaviest(int count) {
    return sessions.values().stream()
        .map(session -> new Weighed(session, session.waitingBytes()))
        .filter(one -> one.bytes() > 0)
        .sorted(Comparator.comparingLong(Weighed::bytes).reversed())
        .limit(count)
        .map(Weighed::session)
        .toList();
  }

  /**
   * Bytes of messages that still wait though their sessions have ended: no more can be done about
   * them. To be called now and then, since it forgets sessions of which nothing waits any more.
   */
  long leavingBytes() {
    leaving.removeIf(session -> session.waitingBytes() == 0);
    return leaving.stream().mapToLong(DeviceSession::waitingBytes).sum();
  }

  /**
   * Sessions that there may be a notice for.
   *
   * @param changed devices that there is something new of
   */
  List<DeviceSession> awaitingNotice(Set<UUID> changed) {
    return sessions.values().stream()
        .filter(session -> session.awaitsNotice(changed.contains(session.device())))
        .toList();
  }

  /** Sessions whose devices asked for a proof. */
  List<DeviceSession> awaitingProof() {
    return sessions.values().stream().filter(session -> session.wantedProof().isPresent()).toList();
  }

  int size() {
    return sessions.size();
  }

  void closeAll(CloseReason reason) {
    sessions.values().forEach(session -> session.close(reason));
  }

  @Override
  public void deviceChanged(UUID device) {
    DeviceSession session = sessions.get(device);
    if (session != null) {
      session.recheck();
    }
  }

  @Override
  public void issuersChanged(List<X509Certificate> issuers) {
    sessions.values().forEach(DeviceSession::recheck);
  }
}
