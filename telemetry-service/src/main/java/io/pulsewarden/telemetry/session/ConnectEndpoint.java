package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.pulsewarden.telemetry.presence.Connection;
import io.pulsewarden.telemetry.presence.Presence;
import io.pulsewarden.telemetry.presence.Resumption;
import io.pulsewarden.telemetry.presence.Subscriptions;
import io.pulsewarden.telemetry.presence.SupersededException;
import io.pulsewarden.telemetry.session.Admission.Admitted;
import io.pulsewarden.telemetry.session.Admission.Refused;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Answers CONNECT on the connection's event loop: who it is from memory alone. */
@Singleton
class ConnectEndpoint {

  private final Vertx vertx;
  private final AdmissionPolicy policy;
  private final SessionRegistry sessions;
  private final SessionJournal journal;
  private final Presence presence;
  private final MqttConfiguration limits;
  private final DeviceSession.Shared shared;

  ConnectEndpoint(
      Vertx vertx,
      AdmissionPolicy policy,
      SessionRegistry sessions,
      SessionJournal journal,
      Presence presence,
      MqttConfiguration limits,
      DeviceSession.Shared shared) {
    this.vertx = vertx;
    this.policy = policy;
    this.sessions = sessions;
    this.journal = journal;
    this.presence = presence;
    this.limits = limits;
    this.shared = shared;
  }

  /** One that never came so far: who it was is not known. */
  void refusedInTls(TlsRefusal reason) {
    journal.refusedInTls(reason);
  }

  void connect(MqttEndpoint mqtt) {
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    switch (limited(decide(mqtt))) {
      case Refused refused -> refuse(mqtt, refused, isNews(mqtt, refused));
      case Admitted admitted -> {
        Connection connection = connection(mqtt, admitted);
        CompletionStage<Resumption> found = presence.opened(connection);
        if (connection.resume()) {
          await(mqtt, context, connection, found);
        } else {
          // Nothing to be found: the device need not wait for the database.
          DeviceSession session = open(mqtt, context, admitted, connection, Resumption.NOTHING);
          found.whenComplete(
              (_, failure) -> {
                if (SupersededException.isCauseOf(failure)) {
                  session.close(CloseReason.TAKEN_OVER);
                }
              });
        }
      }
    }
  }

  /**
   * A device that is told 'no session' forgets what it had not yet got acknowledged, so it is told
   * nothing before that is known.
   */
  private void await(
      MqttEndpoint mqtt,
      ContextInternal context,
      Connection connection,
      CompletionStage<Resumption> found) {
    AtomicBoolean gone = new AtomicBoolean();
    mqtt.closeHandler(_ -> gone.set(true));
    found.whenComplete(
        (resumption, failure) ->
            context.runOnContext(
                _ -> {
                  if (gone.get()) {
                    ended(connection, CloseReason.CONNECTION_LOST.code(), failure);
                  } else if (resumption == null) {
                    ended(connection, RefusalReason.SESSION_UNREADABLE.code(), failure);
                    refuse(
                        mqtt,
                        new Refused(
                            RefusalReason.SESSION_UNREADABLE, Optional.of(connection.device())),
                        true);
                  } else {
                    resume(mqtt, context, connection, resumption);
                  }
                }));
  }

  /** A connection that was never let in; where the device has a newer one, that one counts. */
  private void ended(Connection connection, String reason, @Nullable Throwable failure) {
    if (SupersededException.isCauseOf(failure)) {
      presence.takenOver(connection);
    } else {
      presence.closed(connection, reason, connection.expirySeconds());
    }
  }

  /** The registry may have spoken meanwhile. */
  private void resume(
      MqttEndpoint mqtt, ContextInternal context, Connection connection, Resumption found) {
    switch (decide(mqtt)) {
      case Refused refused -> {
        presence.closed(connection, refused.reason().code(), connection.expirySeconds());
        refuse(mqtt, refused, true);
      }
      case Admitted admitted -> {
        DeviceSession _ = open(mqtt, context, admitted, connection, found);
      }
    }
  }

  private DeviceSession open(
      MqttEndpoint mqtt,
      ContextInternal context,
      Admitted admitted,
      Connection connection,
      Resumption found) {
    UUID device = connection.device();
    boolean version5 = DeviceEndpoint.isVersion5(mqtt);
    DeviceEndpoint endpoint =
        new DeviceEndpoint(
            mqtt,
            context,
            device,
            new TopicAliases(version5 ? limits.topicAliasMaximum() : 0),
            connection.expirySeconds(),
            found.subscriptions());
    KeepAliveEndpoint keepAlive =
        new KeepAliveEndpoint(mqtt.keepAliveTimeSeconds(), limits.longestKeepAlive());
    AtomicReference<Runnable> cleanup = new AtomicReference<>(() -> {});
    DeviceSession session =
        new DeviceSession(
            connection,
            () -> policy.standing(admitted),
            endpoint,
            new DeviceSession.Limits(
                version5 ? limits.receiveMaximum() : limits.pendingWithoutReceiveMaximum(),
                limits.pendingQos0()),
            shared,
            new DeviceSession.Ledger() {
              @Override
              public void subscribed(Subscriptions subscriptions) {
                presence.subscribed(connection, subscriptions);
              }

              @Override
              public void configured(long version) {
                presence.configured(connection, version);
              }

              @Override
              public void dropped() {
                journal.dropped();
              }

              @Override
              public void closed(CloseReason reason) {
                cleanup.get().run();
                journal.closed(device, reason);
                if (reason == CloseReason.TAKEN_OVER) {
                  presence.takenOver(connection);
                } else {
                  presence.closed(connection, reason.code(), endpoint.expirySeconds());
                }
              }
            });
    long timer =
        vertx.setTimer(
            Math.max(1, admitted.certificate().notAfterMillis() - shared.clock().millis()),
            _ -> session.close(CloseReason.CERTIFICATE_EXPIRED));
    Runnable unwatched = keepAlive.watch(vertx, () -> session.close(CloseReason.CONNECTION_LOST));
    cleanup.set(
        () -> {
          vertx.cancelTimer(timer);
          unwatched.run();
          sessions.unregister(session);
        });
    sessions.register(session);
    endpoint.serve(session, keepAlive::heard);
    mqtt.accept(
        found.present(),
        version5
            ? PacketProperties.ofConnack(limits, connection.expirySeconds(), keepAlive.instead())
            : new MqttProperties());
    journal.opened(device);
    // A revocation between the decision and the registration would have found no session to close.
    session.recheck();
    if (found.subscriptions().config() != null) {
      session.listenToConfiguration();
    }
    if (found.subscriptions().notices() != null) {
      session.listenToNotices();
    }
    return session;
  }

  private Admission decide(MqttEndpoint mqtt) {
    Admission admission =
        policy.decide(chain(mqtt), Optional.ofNullable(mqtt.clientIdentifier()).orElse(""));
    return admission instanceof Admitted admitted && shared.budget().isTight()
        ? new Refused(RefusalReason.NO_MEMORY_LEFT, Optional.of(admitted.device().id()))
        : admission;
  }

  /**
   * Only what would be let in counts against the device: with a certificate that was revoked
   * anybody could keep the device out that has a new one.
   */
  private Admission limited(Admission decided) {
    return decided instanceof Admitted admitted
            && !shared.traffic().mayConnect(admitted.device().id())
        ? new Refused(RefusalReason.CONNECTION_RATE_EXCEEDED, Optional.of(admitted.device().id()))
        : decided;
  }

  /** Who connects without pause must not fill the audit log. */
  private boolean isNews(MqttEndpoint mqtt, Refused refused) {
    if (refused.reason() == RefusalReason.CONNECTION_RATE_EXCEEDED) {
      return refused.device().map(shared.traffic()::isNews).orElse(true);
    }
    String certificate =
        chain(mqtt).stream()
            .findFirst()
            .flatMap(DeviceCertificate::of)
            .map(DeviceCertificate::fingerprint)
            // All that name no device are one.
            .orElse("");
    return shared.traffic().mayTellOfRefused(certificate);
  }

  private Connection connection(MqttEndpoint mqtt, Admitted admitted) {
    long longest = limits.sessionExpiry().toSeconds();
    long wanted =
        DeviceEndpoint.isVersion5(mqtt)
            ? Integer.toUnsignedLong(
                PacketProperties.integer(
                    mqtt.connectProperties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0))
            : mqtt.isCleanSession() ? 0 : longest;
    return new Connection(
        admitted.device().id(),
        admitted.device().organisation(),
        UUID.randomUUID(),
        !mqtt.isCleanSession(),
        Math.min(wanted, longest));
  }

  private void refuse(MqttEndpoint mqtt, Refused refused, boolean news) {
    if (news) {
      journal.refused(refused.device(), refused.reason());
    } else {
      journal.refusedAgain(refused.reason());
    }
    boolean version5 = DeviceEndpoint.isVersion5(mqtt);
    // As DISCONNECT, CONNACK may have it whatever problem information was asked for.
    mqtt.reject(
        ReasonCodes.of(refused.reason(), version5),
        version5
            ? PacketProperties.withReason(refused.reason().told(), mqtt.connectProperties())
            : MqttProperties.NO_PROPERTIES);
  }

  private static List<X509Certificate> chain(MqttEndpoint mqtt) {
    SSLSession tls = mqtt.sslSession();
    if (tls == null) {
      return List.of();
    }
    try {
      return Arrays.stream(tls.getPeerCertificates()).map(X509Certificate.class::cast).toList();
    } catch (SSLPeerUnverifiedException nobody) {
      return List.of();
    }
  }
}
