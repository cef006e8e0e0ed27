package io.pulsewarden.telemetry.session;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.pulsewarden.telemetry.intake.IntakeBudget;
import io.pulsewarden.telemetry.intake.VitalsIntake;
import io.pulsewarden.telemetry.session.Admission.Admitted;
import io.pulsewarden.telemetry.session.Admission.Refused;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.mqtt.MqttEndpoint;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Answers CONNECT: on the connection's event loop, from memory alone. */
@Singleton
class ConnectEndpoint {

  private final Vertx vertx;
  private final AdmissionPolicy policy;
  private final SessionRegistry sessions;
  private final SessionJournal journal;
  private final MqttConfiguration limits;
  private final Clock clock;
  private final DeviceSession.Shared shared;

  ConnectEndpoint(
      Vertx vertx,
      AdmissionPolicy policy,
      SessionRegistry sessions,
      SessionJournal journal,
      MqttConfiguration limits,
      VitalsIntake intake,
      Clock clock) {
    this.vertx = vertx;
    this.policy = policy;
    this.sessions = sessions;
    this.journal = journal;
    this.limits = limits;
    this.clock = clock;
    this.shared =
        new DeviceSession.Shared(intake::accept, new IntakeBudget(limits.pendingBytes()), clock);
  }

  void connect(MqttEndpoint mqtt) {
    String clientId = Optional.ofNullable(mqtt.clientIdentifier()).orElse("");
    switch (policy.decide(chain(mqtt), clientId)) {
      case Refused refused -> refuse(mqtt, refused);
      case Admitted admitted -> open(mqtt, admitted);
    }
  }

  private void open(MqttEndpoint mqtt, Admitted admitted) {
    DeviceCertificate certificate = admitted.certificate();
    ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    DeviceEndpoint endpoint = new DeviceEndpoint(mqtt, context, certificate.device());
    boolean version5 = DeviceEndpoint.isVersion5(mqtt);
    AtomicReference<Runnable> cleanup = new AtomicReference<>(() -> {});
    DeviceSession session =
        new DeviceSession(
            certificate.device(),
            () -> policy.standing(admitted),
            endpoint,
            version5 ? limits.receiveMaximum() : limits.pendingWithoutReceiveMaximum(),
            shared,
            reason -> {
              cleanup.get().run();
              journal.closed(certificate.device(), reason);
            });
    long timer =
        vertx.setTimer(
            Math.max(1, certificate.notAfterMillis() - clock.millis()),
            _ -> session.close(CloseReason.CERTIFICATE_EXPIRED));
    cleanup.set(
        () -> {
          vertx.cancelTimer(timer);
          sessions.unregister(session);
        });
    sessions.register(session);
    endpoint.serve(session);
    mqtt.accept(false, version5 ? PacketProperties.ofConnack(limits) : new MqttProperties());
    journal.opened(certificate.device());
    // A revocation between the decision and the registration would have found no session to close.
    session.recheck();
  }

  private void refuse(MqttEndpoint mqtt, Refused refused) {
    journal.refused(refused.device(), refused.reason());
    mqtt.reject(ReasonCodes.of(refused.reason(), DeviceEndpoint.isVersion5(mqtt)));
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
